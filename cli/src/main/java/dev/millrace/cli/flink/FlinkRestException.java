package dev.millrace.cli.flink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Flink does not answer, or answers with an error; the message says which and why. */
public final class FlinkRestException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int NO_ANSWER = 0;

  private final int status;

  private FlinkRestException(String message, int status, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  static FlinkRestException unreachable(String message, @Nullable Throwable cause) {
    return new FlinkRestException(message, NO_ANSWER, cause);
  }

  static FlinkRestException refused(String message, int status) {
    return new FlinkRestException(message, status, null);
  }

  /** Whether no JobManager answered at all. */
  public boolean isUnreachable() {
    return status == NO_ANSWER;
  }

  /** Whether there is nothing of the name that was asked for. */
  public boolean isNotFound() {
    return status == 404;
  }
}
