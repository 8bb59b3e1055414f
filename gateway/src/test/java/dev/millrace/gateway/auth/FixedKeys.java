package dev.millrace.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** Keys that never change. */
record FixedKeys(KeySet keys) implements KeySource {
  static FixedKeys of(String jwks) {
    try {
      return new FixedKeys(new JwksReader(Optional.empty(), true).read(jwks.getBytes(UTF_8)));
    } catch (InvalidKeysException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Optional<KeySet> current(long nowMillis) {
    return Optional.of(keys);
  }

  @Override
  public boolean missed(long nowMillis) {
    return false;
  }
}
