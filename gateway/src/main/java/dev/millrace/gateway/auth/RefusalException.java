package dev.millrace.gateway.auth;

/** Leaves the reading of a token at its first fault. */
final class RefusalException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refused refused;

  RefusalException(RefusalReason reason, String description) {
    // Hostile tokens come in floods: nobody reads where one was refused.
    super(description, null, false, false);
    this.refused = new Refused(reason, description);
  }

  Refused refused() {
    return refused;
  }
}
