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
  public Principal {
    if (!EnvelopeReader.isTenant(tenant)) {
      throw new IllegalArgumentException("no name of a tenant");
    }
    scopes = Set.copyOf(scopes);
  }

  /** Whether that is allowed: {@link Scope#ADMIN} allows everything. */
  public boolean may(Scope scope) {
    return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
  }
}
