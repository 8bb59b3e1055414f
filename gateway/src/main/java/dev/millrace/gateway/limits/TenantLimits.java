package dev.millrace.gateway.limits;

import io.github.bucket4j.TimeMeter;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps tenants to their quotas. Each instance of the gateway counts for itself. */
public final class TenantLimits {
  private final Quotas quotas;
  private final TimeMeter clock;
  private final ConcurrentHashMap<String, TenantUse> tenants = new ConcurrentHashMap<>();

  public TenantLimits(Quotas quotas) {
    this(quotas, TimeMeter.SYSTEM_NANOTIME);
  }

  TenantLimits(Quotas quotas, TimeMeter clock) {
    this.quotas = quotas;
    this.clock = clock;
  }

  /**
   * A tenant's request wants to go on.
   *
   * @param tokens the most that it can take; 0 when it is none of tokens
   */
  public Admittance admit(String tenant, long tokens) {
    return tenants
        .computeIfAbsent(tenant, name -> new TenantUse(quotas.of(name), clock))
        .admit(tokens);
  }
}
