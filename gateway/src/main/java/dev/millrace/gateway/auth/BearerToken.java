package dev.millrace.gateway.auth;

import org.jspecify.annotations.Nullable;

/** Finds the token in the value of an {@code Authorization} header (RFC 6750, section 2.1). */
final class BearerToken {
  private static final String SCHEME = "Bearer";

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
    if (!isCompact(token)) {
      throw new RefusalException(
          RefusalReason.MALFORMED, "the header holds no single token of base64url and dots");
    }
    return token;
  }

  /**
   * Whether a token has the characters of the compact form, and no others: all of them are ASCII. A
   * loop, since every call comes here, and a regular expression took 8 % of the event loops.
   */
  private static boolean isCompact(String token) {
    for (int index = 0; index < token.length(); index++) {
      char next = token.charAt(index);
      boolean alphanumeric =
          (next >= 'a' && next <= 'z')
              || (next >= 'A' && next <= 'Z')
              || (next >= '0' && next <= '9');
      if (!alphanumeric && next != '.' && next != '_' && next != '-') {
        return false;
      }
    }
    return !token.isEmpty();
  }
}
