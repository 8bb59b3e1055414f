package dev.millrace.operators.queue;

import java.io.Serializable;
import java.util.Map;

/**
 * The shares of tenants: one of weight 2 is served twice as much as one of weight 1 while both
 * wait.
 *
 * @param weights by tenant; those that are not named have weight 1
 */
public record TenantWeights(Map<String, Double> weights) implements Serializable {
  /** All alike. */
  public static final TenantWeights EQUAL = new TenantWeights(Map.of());

  private static final double DEFAULT = 1;

  public TenantWeights {
    weights = Map.copyOf(weights);
    weights.forEach(
        (tenant, weight) -> {
          if (!(weight > 0) || weight.isInfinite()) {
            throw new IllegalArgumentException(
                "weight %s of tenant '%s' is not positive".formatted(weight, tenant));
          }
        });
  }

  double of(String tenant) {
    return weights.getOrDefault(tenant, DEFAULT);
  }
}
