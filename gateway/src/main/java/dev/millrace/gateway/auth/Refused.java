package dev.millrace.gateway.auth;

/**
 * Credentials that are worth nothing.
 *
 * @param description what is wrong, in one sentence for whoever sent them; nothing of the token is
 *     in it
 */
public record Refused(RefusalReason reason, String description) implements Verified {
  private static final int UNAUTHORIZED = 401;
  private static final int SERVICE_UNAVAILABLE = 503;

  /** The HTTP status to answer with: 503 where a retry may succeed with the same token, or 401. */
  public int status() {
    return reason == RefusalReason.KEYS_UNAVAILABLE ? SERVICE_UNAVAILABLE : UNAUTHORIZED;
  }

  /** The value of {@code WWW-Authenticate} that belongs to the answer. */
  public String challenge() {
    return switch (reason) {
      // RFC 6750, section 3.1: without credentials there is no error to be told about.
      case MISSING, KEYS_UNAVAILABLE -> Challenge.plain();
      case TOO_LARGE,
          MALFORMED,
          ALGORITHM,
          UNKNOWN_KEY,
          SIGNATURE,
          CLAIMS,
          ISSUER,
          AUDIENCE,
          EXPIRED,
          NOT_YET_VALID,
          TENANT ->
          Challenge.invalidToken(description);
    };
  }
}
