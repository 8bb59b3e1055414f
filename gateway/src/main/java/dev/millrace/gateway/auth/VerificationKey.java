package dev.millrace.gateway.auth;

import java.security.Key;

/**
 * A key, and the one algorithm it is used with.
 *
 * @param id its {@code kid}, or empty where it has none
 */
record VerificationKey(String id, SignatureAlgorithm algorithm, Key key) {
  @Override
  public String toString() {
    // Some keys are secrets.
    return "%s key '%s'".formatted(algorithm.wireName(), id);
  }
}
