package dev.millrace.gateway.limits;

import java.util.Map;

/**
 * The quotas of all tenants.
 *
 * @param usual of tenants that have none of their own
 * @param own by tenant
 */
public record Quotas(Quota usual, Map<String, Quota> own) {
  public Quotas {
    own = Map.copyOf(own);
  }

  /** That of a tenant. */
  public Quota of(String tenant) {
    return own.getOrDefault(tenant, usual);
  }
}
