package dev.millrace.gateway.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens are good.
 *
 * @param issuers the values of {@code iss} that are trusted; at least one
 * @param audience the value that must be in {@code aud}
 * @param clockSkew how far the issuer's clock may be off; at most {@link #MAXIMUM_CLOCK_SKEW}
 * @param tenantClaim the claim that names the tenant
 * @param assumedAlgorithm the algorithm of keys that name none themselves, as some issuers publish
 *     them; empty to refuse such keys
 * @param keys where the keys are
 */
public record AuthSettings(
    Set<String> issuers,
    String audience,
    Duration clockSkew,
    String tenantClaim,
    Optional<SignatureAlgorithm> assumedAlgorithm,
    KeyLocation keys) {
  public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofSeconds(30);
  public static final Duration MAXIMUM_CLOCK_SKEW = Duration.ofMinutes(5);
  public static final String DEFAULT_TENANT_CLAIM = "tenant";

  public AuthSettings {
    issuers = Set.copyOf(issuers);
    if (issuers.isEmpty() || issuers.contains("")) {
      throw new IllegalArgumentException("no issuer is trusted");
    }
    if (audience.isEmpty()) {
      throw new IllegalArgumentException("the audience is empty");
    }
    if (clockSkew.isNegative() || clockSkew.compareTo(MAXIMUM_CLOCK_SKEW) > 0) {
      throw new IllegalArgumentException(
          "the clock skew must be from 0 to " + MAXIMUM_CLOCK_SKEW.toMinutes() + " minutes");
    }
    if (tenantClaim.isEmpty()) {
      throw new IllegalArgumentException("the claim of the tenant has no name");
    }
    if (assumedAlgorithm.filter(SignatureAlgorithm::isSymmetric).isPresent()) {
      throw new IllegalArgumentException("a secret must name its algorithm itself");
    }
  }

  /** With the usual clock skew and tenant claim, for keys that all name their algorithm. */
  public AuthSettings(String issuer, String audience, KeyLocation keys) {
    this(
        Set.of(issuer), audience, DEFAULT_CLOCK_SKEW, DEFAULT_TENANT_CLAIM, Optional.empty(), keys);
  }
}
