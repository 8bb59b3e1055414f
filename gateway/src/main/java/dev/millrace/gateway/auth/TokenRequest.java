package dev.millrace.gateway.auth;

import java.time.Duration;

/**
 * A token to be issued.
 *
 * @param principal whom it speaks for
 * @param lifetime how long it is good: whole seconds, from one to {@link #MAXIMUM_LIFETIME}
 */
public record TokenRequest(Principal principal, Duration lifetime) {
  /** A year: development tokens cannot be called back, but by a new key for all. */
  public static final Duration MAXIMUM_LIFETIME = Duration.ofDays(365);

  public TokenRequest {
    if (lifetime.toSeconds() < 1 || lifetime.compareTo(MAXIMUM_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "a token's lifetime is from a second to %d days".formatted(MAXIMUM_LIFETIME.toDays()));
    }
  }
}
