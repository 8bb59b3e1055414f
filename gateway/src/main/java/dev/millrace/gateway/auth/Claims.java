package dev.millrace.gateway.auth;

import java.util.List;

/**
 * What a token whose signature is good says, of the right types and not checked yet.
 *
 * @param audiences for whom the token is; at least one
 * @param expiresAt epoch seconds
 * @param notBefore epoch seconds; 0 where the token does not say
 * @param issuedAt epoch seconds; 0 where the token does not say
 */
record Claims(
    String issuer,
    List<String> audiences,
    long expiresAt,
    long notBefore,
    long issuedAt,
    Principal principal) {
  Claims {
    audiences = List.copyOf(audiences);
  }

  /** Whether the token is good here and now. */
  Verified check(AuthSettings settings, long nowMillis) {
    long skew = settings.clockSkew().toMillis();
    if (!settings.issuers().contains(issuer)) {
      return new Refused(RefusalReason.ISSUER, "the token's issuer is not trusted");
    }
    if (!audiences.contains(settings.audience())) {
      return new Refused(RefusalReason.AUDIENCE, "the token is for another audience");
    }
    if (nowMillis >= millis(expiresAt) + skew) {
      return new Refused(RefusalReason.EXPIRED, "the token has expired");
    }
    if (nowMillis < millis(notBefore) - skew) {
      return new Refused(RefusalReason.NOT_YET_VALID, "the token is not valid yet");
    }
    if (nowMillis < millis(issuedAt) - skew) {
      return new Refused(RefusalReason.NOT_YET_VALID, "the token was issued in the future");
    }
    return principal;
  }

  private static long millis(long seconds) {
    // The reader lets no seconds through with which this could overflow.
    return seconds * 1000;
  }
}
