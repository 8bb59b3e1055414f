package dev.millrace.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UncheckedJoseException;

/**
 * Reads a JWK set (RFC 7517). Keys for other uses or other algorithms are passed over, since
 * issuers publish all they have in one set; a key that is meant for here and is not sound refuses
 * the whole set.
 */
final class JwksReader {
  private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi");

  private final Optional<SignatureAlgorithm> assumedAlgorithm;
  private final boolean secretsAllowed;

  /**
   * @param assumedAlgorithm that of keys that name none
   * @param secretsAllowed whether keys may be HMAC secrets
   */
  JwksReader(Optional<SignatureAlgorithm> assumedAlgorithm, boolean secretsAllowed) {
    this.assumedAlgorithm = assumedAlgorithm;
    this.secretsAllowed = secretsAllowed;
  }

  KeySet read(byte[] jwks) throws InvalidKeysException {
    ObjectNode set =
        StrictJson.object(jwks)
            .orElseThrow(() -> new InvalidKeysException("it is no JSON object of unique names"));
    if (!set.path("keys").isArray()) {
      throw new InvalidKeysException("it has no array of keys");
    }
    List<VerificationKey> keys = new ArrayList<>();
    int index = 0;
    for (JsonNode key : set.path("keys")) {
      try {
        read(key).ifPresent(keys::add);
      } catch (InvalidKeysException e) {
        throw new InvalidKeysException("keys[%d]: %s".formatted(index, e.getMessage()), e);
      }
      index++;
    }
    if (keys.isEmpty()) {
      throw new InvalidKeysException("it has no key to verify tokens with");
    }
    return new KeySet(keys);
  }

  private Optional<VerificationKey> read(JsonNode key) throws InvalidKeysException {
    if (!(key instanceof ObjectNode object)) {
      throw new InvalidKeysException("it is no object");
    }
    if (!text(object, "use").orElse("sig").equals("sig")) {
      return Optional.empty();
    }
    Optional<String> name = text(object, "alg");
    if (name.isEmpty() && assumedAlgorithm.isEmpty()) {
      throw new InvalidKeysException("it names no alg, and which it is for is not guessed");
    }
    Optional<SignatureAlgorithm> algorithm =
        name.isEmpty() ? assumedAlgorithm : SignatureAlgorithm.fromWireName(name.get());
    return algorithm.isEmpty() ? Optional.empty() : Optional.of(read(object, algorithm.get()));
  }

  private VerificationKey read(ObjectNode object, SignatureAlgorithm algorithm)
      throws InvalidKeysException {
    String id = text(object, "kid").orElse("");
    if (algorithm.isSymmetric()) {
      if (!secretsAllowed) {
        throw new InvalidKeysException("a secret is not for all to read: keep it in a file");
      }
    } else {
      requirePublic(object);
    }
    try {
      JsonWebKey key = JsonWebKey.Factory.newJwk(object.toString());
      algorithm.requireFit(key.getKey());
      return new VerificationKey(id, algorithm, key.getKey());
    } catch (JoseException | UncheckedJoseException e) {
      // The message of the library may repeat a secret.
      throw new InvalidKeysException("it is no key of a known type", e);
    }
  }

  private static void requirePublic(ObjectNode object) throws InvalidKeysException {
    for (String member : PRIVATE_MEMBERS) {
      if (object.has(member)) {
        throw new InvalidKeysException(
            "its private part (%s) does not belong here".formatted(member));
      }
    }
  }

  private static Optional<String> text(ObjectNode object, String member)
      throws InvalidKeysException {
    if (!object.has(member)) {
      return Optional.empty();
    }
    String text = object.path(member).textValue();
    if (text == null || text.isEmpty()) {
      throw new InvalidKeysException("its %s is no text".formatted(member));
    }
    return Optional.of(text);
  }
}
