package dev.millrace.gateway.auth;

import dev.millrace.protocol.EnvelopeReader;
import java.util.Set;

/**
 * Whom a token speaks for.
 *
 * @param tenant whose requests and tasks these are
 * @param subject who it is within the tenant, for logs; empty where the token does not say
 * @param scopes what they may do
 */
public record Principal(String tenant, String subject, Set<Scope> scopes) implements Verified {
  /** The most characters of a subject. */
  public static final int MAXIMUM_SUBJECT_LENGTH = 255;

  public Principal {
    if (!EnvelopeReader.isTenant(tenant)) {
      throw new IllegalArgumentException("no name of a tenant");
    }
    if (!isSubject(subject)) {
      throw new IllegalArgumentException(
          "a subject is at most %d printable characters".formatted(MAXIMUM_SUBJECT_LENGTH));
    }
    scopes = Set.copyOf(scopes);
  }

  /**
   * Whether that can be a subject. RFC 7519 bounds nothing; in a log it shall be one short line.
   */
  static boolean isSubject(String text) {
    return text.length() <= MAXIMUM_SUBJECT_LENGTH
        && text.codePoints().noneMatch(Principal::isUnprintable);
  }

  private static boolean isUnprintable(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  /** Whether that is allowed: {@link Scope#ADMIN} allows everything. */
  public boolean may(Scope scope) {
    return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
  }
}
