package dev.millrace.bench;

import org.jspecify.annotations.Nullable;

/** A benchmark cannot go on; the message is what the user sees, in one line. */
public final class BenchmarkException extends Exception {
  private static final long serialVersionUID = 1L;

  public BenchmarkException(String message) {
    super(message);
  }

  public BenchmarkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
