package dev.millrace.gateway.auth;

/** Values of {@code WWW-Authenticate} (RFC 6750, section 3). */
public final class Challenge {
  private static final String REALM = "Bearer realm=\"millrace\"";

  private Challenge() {}

  /** For an answer of 403: the token is good, and lacks this scope. */
  public static String insufficientScope(Scope needed) {
    return REALM
        + parameter("error", "insufficient_scope")
        + parameter("error_description", "the token lacks the scope " + needed.wireName())
        + parameter("scope", needed.wireName());
  }

  static String plain() {
    return REALM;
  }

  static String invalidToken(String description) {
    return REALM
        + parameter("error", "invalid_token")
        + parameter("error_description", description);
  }

  private static String parameter(String name, String value) {
    return ", %s=\"%s\"".formatted(name, quotable(value));
  }

  /**
   * The text in the characters that RFC 6750 allows between the quotes: neither a quote, a
   * backslash nor a line break can end the value early.
   */
  private static String quotable(String text) {
    StringBuilder quotable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      boolean allowed =
          character >= ' ' && character <= '~' && character != '"' && character != '\\';
      quotable.append(allowed ? character : '?');
    }
    return quotable.toString();
  }
}
