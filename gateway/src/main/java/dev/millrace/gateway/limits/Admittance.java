package dev.millrace.gateway.limits;

import java.util.List;

/** Whether a tenant's request may go on. */
public sealed interface Admittance {
  /** What is left of a tenant's quota, for its clients to see. */
  List<Allowance> allowances();

  /** It may. {@link Lease#close} must follow when it has ended. */
  record Granted(Lease lease, List<Allowance> allowances) implements Admittance {
    public Granted {
      allowances = List.copyOf(allowances);
    }
  }

  /**
   * It may not.
   *
   * @param bound which of the quota's bounds, in words
   * @param retryAfterSeconds when it may again; 0 when never, since it asks for more than the quota
   */
  record Refused(String bound, long retryAfterSeconds, List<Allowance> allowances)
      implements Admittance {
    public Refused {
      allowances = List.copyOf(allowances);
    }
  }

  /**
   * One bound of a quota.
   *
   * @param kind {@code requests} or {@code tokens}
   * @param resetSeconds until all of it is there again
   */
  record Allowance(String kind, long limit, long remaining, long resetSeconds) {}
}
