package dev.millrace.operators.batching;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/** What the engines hold now, and all that is needed to answer it when it ends. */
public final class InFlight {
  private final Long2ObjectMap<Flight> flights = new Long2ObjectOpenHashMap<>();
  private long lastId;

  /** Requests that were dispatched together. */
  public static final class Batch {
    private final int requests;
    private final long cost;
    private final long dispatchedAt;
    private int running;

    /**
     * @param entries its requests
     * @param dispatchedAt nanoseconds, of the clock that ends it
     */
    public Batch(List<QueueEntry> entries, long dispatchedAt) {
      this.requests = entries.size();
      this.cost = entries.stream().mapToLong(QueueEntry::cost).sum();
      this.dispatchedAt = dispatchedAt;
      this.running = requests;
    }

    /** How many requests were dispatched together. */
    public int requests() {
      return requests;
    }

    /** What they cost together. */
    public long cost() {
      return cost;
    }

    /** Nanoseconds. */
    public long dispatchedAt() {
      return dispatchedAt;
    }

    /** Whether all of its requests have ended. */
    public boolean hasEnded() {
      return running == 0;
    }
  }

  /**
   * A request on its way through an engine.
   *
   * @param queuedMillis how long it had waited when it was dispatched
   */
  public record Flight(
      long id, QueueEntry entry, QueuedRequest request, Batch batch, long queuedMillis) {}

  /** Notes that a request has been dispatched, and names it for the engine. */
  public long begin(QueueEntry entry, QueuedRequest request, Batch batch, long queuedMillis) {
    long id = ++lastId;
    flights.put(id, new Flight(id, entry, request, batch, queuedMillis));
    return id;
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
    flight.batch().running--;
    return flight;
  }

  /** Those of a name: linear in what is in flight. */
  public List<Flight> named(long name) {
    List<Flight> named = new ArrayList<>(0);
    for (Flight flight : flights.values()) {
      if (flight.entry().name() == name) {
        named.add(flight);
      }
    }
    return named;
  }

  /** How many requests are in flight. */
  public int size() {
    return flights.size();
  }
}
