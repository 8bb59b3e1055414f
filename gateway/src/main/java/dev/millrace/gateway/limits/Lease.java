package dev.millrace.gateway.limits;

/** What a request that is under way has of its tenant's quota. */
public interface Lease {
  /** Tells how many tokens it took, once they are known: what it took less is given back. */
  void took(long tokens);

  /** It has ended. May be called again, to no effect. */
  void close();
}
