package dev.millrace.gateway.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/**
 * What a token's header says of its key. Keys that a header brings along ({@code jwk}, {@code jku},
 * {@code x5c}, {@code x5u}) are never looked at: whoever signs could bring their own.
 *
 * @param keyId the {@code kid}, or empty where there is none
 */
record TokenHeader(SignatureAlgorithm algorithm, String keyId) {
  /** RFC 7519 and RFC 9068; other types, such as logout tokens, are signed by the same keys. */
  private static final Set<String> TYPES =
      Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

  static TokenHeader of(ObjectNode header) throws RefusalException {
    // None of the extensions is understood, and RFC 7515, section 4.1.11, has them refused then.
    refuse(header, "crit", "critical extensions are not understood");
    refuse(header, "b64", "unencoded payloads are not accepted");
    refuse(header, "enc", "encrypted tokens are not accepted");
    refuse(header, "zip", "compressed tokens are not accepted");
    refuse(header, "cty", "nested tokens are not accepted");
    if (header.has("typ")
        && !TYPES.contains(header.path("typ").asText().toLowerCase(Locale.ROOT))) {
      throw malformed("the token's typ is not that of an access token");
    }
    return new TokenHeader(algorithm(header.path("alg")), keyId(header));
  }

  private static void refuse(ObjectNode header, String member, String description)
      throws RefusalException {
    if (header.has(member)) {
      throw malformed(description);
    }
  }

  private static SignatureAlgorithm algorithm(JsonNode name) throws RefusalException {
    if (!name.isTextual()) {
      throw malformed("the token names no algorithm");
    }
    return SignatureAlgorithm.fromWireName(name.textValue())
        .orElseThrow(
            () ->
                new RefusalException(
                    RefusalReason.ALGORITHM, "the token's algorithm is not accepted"));
  }

  private static String keyId(ObjectNode header) throws RefusalException {
    if (!header.has("kid")) {
      return "";
    }
    String id = header.path("kid").textValue();
    if (id == null || id.isEmpty()) {
      throw malformed("the token's kid is no text");
    }
    return id;
  }

  private static RefusalException malformed(String description) {
    return new RefusalException(RefusalReason.MALFORMED, description);
  }
}
