package dev.millrace.gateway.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;

/**
 * A signed token in the compact form of RFC 7515, taken apart and not verified yet.
 *
 * @param signed what the signature is over
 */
record CompactToken(ObjectNode header, ObjectNode claims, byte[] signed, byte[] signature) {
  private static final int PARTS = 3;
  private static final int ENCRYPTED_PARTS = 5;

  static CompactToken parse(String token) throws RefusalException {
    String[] parts = token.split("\\.", -1);
    if (parts.length == ENCRYPTED_PARTS) {
      throw malformed("encrypted tokens are not accepted");
    }
    if (parts.length != PARTS) {
      throw malformed("a token has three parts");
    }
    return new CompactToken(
        object(parts[0], "header"),
        object(parts[1], "payload"),
        token.substring(0, token.lastIndexOf('.')).getBytes(US_ASCII),
        bytes(parts[2], "signature"));
  }

  private static ObjectNode object(String part, String name) throws RefusalException {
    return StrictJson.object(bytes(part, name))
        .orElseThrow(
            () -> malformed("the token's %s is no JSON object of unique names".formatted(name)));
  }

  /**
   * Decodes base64url without padding. Only the one canonical text of some bytes is taken, so that
   * no second token, with other spare bits at the end, passes for the same.
   */
  private static byte[] bytes(String part, String name) throws RefusalException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (bytes.length > 0
          && Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw malformed("the token's %s is not base64url".formatted(name));
    }
    throw malformed("the token's %s is not base64url".formatted(name));
  }

  private static RefusalException malformed(String description) {
    return new RefusalException(RefusalReason.MALFORMED, description);
  }
}
