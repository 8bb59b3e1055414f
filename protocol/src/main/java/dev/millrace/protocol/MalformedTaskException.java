package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/** A record's value is not a state of a task. */
public final class MalformedTaskException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedTaskException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
