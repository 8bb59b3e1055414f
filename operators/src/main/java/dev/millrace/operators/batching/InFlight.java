package dev.millrace.operators.batching;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import java.util.HashMap;
import java.util.Map;

/** What the engines hold now, and all that is needed to answer it when it ends. */
public final class InFlight {
  private final Map<Long, Flight> flights = new HashMap<>();
  private long lastId;

  /**
   * A request on its way through an engine.
   *
   * @param dispatchedAt {@link System#nanoTime}
   * @param batchSize how many requests were dispatched together
   */
  public record Flight(QueueEntry entry, QueuedRequest request, long dispatchedAt, int batchSize) {}

  /** Notes that a request has been dispatched, and names it for the engine. */
  public long begin(Flight flight) {
    flights.put(++lastId, flight);
    return lastId;
  }

  /**
   * Takes out a request that has ended.
   *
   * @throws IllegalStateException when it is not in flight: an engine has ended it twice
   */
  public Flight end(long id) {
    Flight flight = flights.remove(id);
    if (flight == null) {
      throw new IllegalStateException("an engine ended request " + id + ", which is not in flight");
    }
    return flight;
  }

  /** How many requests are in flight. */
  public int size() {
    return flights.size();
  }
}
