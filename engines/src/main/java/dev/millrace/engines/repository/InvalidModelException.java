package dev.millrace.engines.repository;

/**
 * A model cannot be served as it lies in the repository; the message is one line: which file, what
 * is wrong, what to do.
 */
public final class InvalidModelException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidModelException(String message) {
    super(message);
  }

  InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
