package dev.millrace.gateway.auth;

import org.jspecify.annotations.Nullable;

/** Keys that tokens must not be verified with; the message is one line that says which and why. */
public final class InvalidKeysException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidKeysException(String message) {
    super(message);
  }

  InvalidKeysException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
