package dev.millrace.gateway.auth;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the token in the value of an {@code Authorization} header (RFC 6750, section 2.1). */
final class BearerToken {
  private static final String SCHEME = "Bearer";

  /** The characters that a token in the compact form has: all of them are ASCII. */
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9._-]+");

  private BearerToken() {}

  static String of(@Nullable String header) throws RefusalException {
    if (header == null || header.isBlank()) {
      throw new RefusalException(RefusalReason.MISSING, "a bearer token is needed");
    }
    if (header.length() > TokenVerifier.MAXIMUM_TOKEN_LENGTH + SCHEME.length() + 1) {
      throw new RefusalException(
          RefusalReason.TOO_LARGE,
          "the token is longer than %d bytes".formatted(TokenVerifier.MAXIMUM_TOKEN_LENGTH));
    }
    String stripped = header.strip();
    int end = stripped.indexOf(' ');
    String scheme = end < 0 ? stripped : stripped.substring(0, end);
    if (!scheme.equalsIgnoreCase(SCHEME)) {
      throw new RefusalException(RefusalReason.MISSING, "a bearer token is needed");
    }
    String token = end < 0 ? "" : stripped.substring(end).strip();
    if (!CHARACTERS.matcher(token).matches()) {
      throw new RefusalException(
          RefusalReason.MALFORMED, "the header holds no single token of base64url and dots");
    }
    return token;
  }
}
