package dev.millrace.operators.queue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The waiting requests of one model version, in the order in which they should be served: smaller
 * priority number first; between tenants of one priority, weighted fair; within a tenant, earliest
 * deadline, then arrival; and now and then whoever has waited too long.
 *
 * <p>Requests of different shape lanes wait in one order, but are scored apart: who forms a batch
 * takes the next request of all, and then the next ones of its shape.
 *
 * <p>Times are epoch milliseconds.
 */
public interface RequestQueue {
  /**
   * Lets a request wait.
   *
   * @throws IllegalArgumentException when this entry has waited before, here or elsewhere
   */
  void add(QueueEntry entry, String tenant);

  /** The request that should be served next, which goes on waiting. */
  Optional<QueueEntry> peek(long now);

  /** The request of a shape lane that should be served next, which goes on waiting. */
  Optional<QueueEntry> peek(int shape, long now);

  /**
   * Takes a request that one of the peeks has just returned: it is served.
   *
   * @throws IllegalArgumentException when it does not wait here
   */
  void serve(QueueEntry entry, long now);

  /**
   * Takes a request out that will not be served.
   *
   * @throws IllegalArgumentException when it does not wait here
   */
  void remove(QueueEntry entry);

  /** The waiting requests of a name; several, when several were sent under one id. */
  List<QueueEntry> named(long name);

  /** The earliest deadline of all that wait, if any has one. */
  OptionalLong earliestDeadline();

  /** The request with the earliest deadline; empty when none has one. */
  Optional<QueueEntry> mostUrgent();

  /** When the request that has waited longest arrived. */
  OptionalLong oldestArrival();

  /**
   * The request that can best be spared: one of the lowest priority, of the tenant that has most of
   * these, and among them the one that would be served first, since it has waited longest or is the
   * nearest to its deadline.
   */
  Optional<QueueEntry> mostDispensable();

  /** The same, among the requests of a tenant. */
  Optional<QueueEntry> mostDispensable(String tenant);

  /** How many requests wait. */
  int size();

  /** How many requests of a tenant wait. */
  int size(String tenant);

  /** How many rows they have. */
  long rows();

  /**
   * How many rows are served at most until all that waits of a request's tenant at its priority is:
   * those of smaller priorities, those of its tenant, and as many of other tenants as their weights
   * say.
   *
   * @throws IllegalArgumentException when it does not wait here
   */
  long rowsCompetingWith(QueueEntry entry);

  /** How many rows the requests of a shape lane have. */
  long rows(int shape);

  /** Whether none waits. */
  default boolean isEmpty() {
    return size() == 0;
  }
}
