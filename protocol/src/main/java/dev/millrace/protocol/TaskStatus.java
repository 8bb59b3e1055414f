package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far a task has come. */
public enum TaskStatus {
  /** It waits. */
  QUEUED,
  /** An engine has it. */
  RUNNING,
  /** It was scored. */
  SUCCEEDED,
  /** It was refused, or could not be scored. */
  FAILED,
  /** Its deadline passed. */
  EXPIRED,
  /** Its producer took it back. */
  CANCELLED;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The status of a task whose request ended like this. */
  public static TaskStatus of(ResultStatus status) {
    return switch (status) {
      case OK -> SUCCEEDED;
      case REJECTED, FAILED -> FAILED;
      case EXPIRED -> EXPIRED;
      case CANCELLED -> CANCELLED;
    };
  }

  /** Whether nothing comes after it. */
  public boolean isTerminal() {
    return this != QUEUED && this != RUNNING;
  }

  /** The value of {@code status} on the wire. */
  public String wireName() {
    return wireName;
  }

  /** The status of that wire name, if there is one. */
  public static Optional<TaskStatus> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(status -> status.wireName.equals(wireName)).findFirst();
  }
}
