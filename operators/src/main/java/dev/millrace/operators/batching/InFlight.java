package dev.millrace.operators.batching;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.QueueEntry;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the engines hold now, and all that is needed to answer it when it ends. */
public final class InFlight {
  private final Long2ObjectMap<Flight> flights = new Long2ObjectOpenHashMap<>();

  /** Those that an engine can stop at their deadline, and has not been asked to yet. */
  private final SortedSet<Flight> stoppable =
      new TreeSet<>(
          Comparator.comparingLong((Flight flight) -> flight.entry().deadline())
              .thenComparingLong(Flight::id));

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

  /** A request on its way through an engine. */
  public static final class Flight {
    private final long id;
    private final QueueEntry entry;
    private final QueuedRequest request;
    private final Batch batch;
    private final long queuedMillis;
    private final List<List<GeneratedToken>> generated;
    private boolean hasNews;
    private boolean overdue;

    private Flight(
        long id, QueueEntry entry, QueuedRequest request, Batch batch, long queuedMillis) {
      this.id = id;
      this.entry = entry;
      this.request = request;
      this.batch = batch;
      this.queuedMillis = queuedMillis;
      this.generated = new ArrayList<>(0);
    }

    /** Its name for the engine. */
    public long id() {
      return id;
    }

    /** Its place in the queue. */
    public QueueEntry entry() {
      return entry;
    }

    /** What was asked. */
    public QueuedRequest request() {
      return request;
    }

    /** Those it was dispatched with. */
    public Batch batch() {
      return batch;
    }

    /** How long it had waited when it was dispatched. */
    public long queuedMillis() {
      return queuedMillis;
    }

    /** When it was dispatched, epoch milliseconds. */
    public long startedAt() {
      return Arrivals.timeOf(entry.arrival()) + queuedMillis;
    }

    /** Whether the engine was asked to stop it because its deadline had passed. */
    public boolean isOverdue() {
      return overdue;
    }

    /** What was generated so far, by sequence; none for all but {@link Work.Generation}. */
    public List<List<GeneratedToken>> generated() {
      return Collections.unmodifiableList(generated);
    }

    /**
     * Notes a token.
     *
     * @throws IllegalStateException when it is not the next of its sequence
     */
    public void advance(Progress progress) {
      List<GeneratedToken> sequence = generated.get(progress.sequence());
      if (progress.position() != sequence.size()) {
        throw new IllegalStateException(
            "an engine generated token %d of sequence %d of request %d after %d tokens"
                .formatted(progress.position(), progress.sequence(), id, sequence.size()));
      }
      sequence.add(progress.token());
      hasNews = true;
    }

    /** Whether it has generated something since this was last asked. */
    public boolean takeNews() {
      boolean news = hasNews;
      hasNews = false;
      return news;
    }
  }

  /**
   * Notes that a request has been dispatched, and names it for the engine.
   *
   * @param before what a former life has generated, by sequence; none when it begins
   */
  public Flight begin(
      QueueEntry entry,
      QueuedRequest request,
      Batch batch,
      long queuedMillis,
      List<List<GeneratedToken>> before) {
    Flight flight = new Flight(++lastId, entry, request, batch, queuedMillis);
    flights.put(flight.id(), flight);
    if (request.work() instanceof Work.Generation generation) {
      for (int sequence = 0; sequence < generation.sequences(); sequence++) {
        flight.generated.add(
            before.isEmpty() ? new ArrayList<>() : new ArrayList<>(before.get(sequence)));
      }
      if (entry.hasDeadline()) {
        stoppable.add(flight);
      }
    }
    return flight;
  }

  /**
   * A request that is in flight.
   *
   * @throws IllegalStateException when it is not: an engine spoke of it after its end
   */
  public Flight get(long id) {
    return checked(id, flights.get(id));
  }

  /**
   * Takes out a request that has ended.
   *
   * @throws IllegalStateException when it is not in flight: an engine has ended it twice
   */
  public Flight end(long id) {
    Flight flight = checked(id, flights.remove(id));
    stoppable.remove(flight);
    flight.batch().running--;
    return flight;
  }

  private static Flight checked(long id, @Nullable Flight flight) {
    if (flight == null) {
      throw new IllegalStateException("an engine spoke of request " + id + ", which has ended");
    }
    return flight;
  }

  /** Those whose deadline has passed and that are to be stopped, each once. */
  public List<Flight> overdue(long now) {
    List<Flight> overdue = new ArrayList<>(0);
    while (!stoppable.isEmpty() && stoppable.first().entry().deadline() <= now) {
      Flight flight = stoppable.first();
      stoppable.remove(flight);
      flight.overdue = true;
      overdue.add(flight);
    }
    return overdue;
  }

  /** When the next is to be stopped, epoch milliseconds; {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    return stoppable.isEmpty() ? Long.MAX_VALUE : stoppable.first().entry().deadline();
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

  /** All, in no order. */
  public Collection<Flight> all() {
    return Collections.unmodifiableCollection(flights.values());
  }

  /** How many requests are in flight. */
  public int size() {
    return flights.size();
  }
}
