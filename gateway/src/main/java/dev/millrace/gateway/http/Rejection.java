package dev.millrace.gateway.http;

/** Ends a request with an error that its client has to hear. */
final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ApiError error;

  Rejection(ApiError error) {
    // Without a stack trace: it says nothing that the error does not.
    super(error.message(), null, false, false);
    this.error = error;
  }

  ApiError error() {
    return error;
  }
}
