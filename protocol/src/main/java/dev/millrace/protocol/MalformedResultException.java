package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/** A record's value is not a result. */
public final class MalformedResultException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedResultException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
