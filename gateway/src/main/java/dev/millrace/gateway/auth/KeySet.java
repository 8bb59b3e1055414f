package dev.millrace.gateway.auth;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The keys that tokens may be signed with at a time. */
final class KeySet {
  private final List<VerificationKey> keys;

  /**
   * @throws InvalidKeysException when two keys share an id
   */
  KeySet(List<VerificationKey> keys) throws InvalidKeysException {
    this.keys = List.copyOf(keys);
    Set<String> ids = new HashSet<>();
    for (VerificationKey key : keys) {
      if (!key.id().isEmpty() && !ids.add(key.id())) {
        throw new InvalidKeysException("two keys have the kid '%s'".formatted(key.id()));
      }
    }
  }

  int size() {
    return keys.size();
  }

  /**
   * The key that a token names, or else the only key of its algorithm. Which key it is decides on
   * the algorithm, never the token.
   *
   * @param id the token's {@code kid}, or empty where it has none
   */
  VerificationKey find(String id, SignatureAlgorithm algorithm) throws RefusalException {
    return id.isEmpty() ? onlyKeyOf(algorithm) : named(id, algorithm);
  }

  private VerificationKey named(String id, SignatureAlgorithm algorithm) throws RefusalException {
    for (VerificationKey key : keys) {
      if (key.id().equals(id)) {
        if (key.algorithm() != algorithm) {
          throw new RefusalException(
              RefusalReason.ALGORITHM, "the token's algorithm is not that of its key");
        }
        return key;
      }
    }
    throw new RefusalException(RefusalReason.UNKNOWN_KEY, "no key has the token's kid");
  }

  private VerificationKey onlyKeyOf(SignatureAlgorithm algorithm) throws RefusalException {
    List<VerificationKey> fitting =
        keys.stream().filter(key -> key.algorithm() == algorithm).toList();
    return switch (fitting.size()) {
      case 0 ->
          throw new RefusalException(
              RefusalReason.UNKNOWN_KEY, "no key is of the token's algorithm");
      case 1 -> fitting.get(0);
      default ->
          throw new RefusalException(
              RefusalReason.UNKNOWN_KEY, "the token has no kid, and several keys would fit");
    };
  }
}
