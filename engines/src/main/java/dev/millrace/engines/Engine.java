package dev.millrace.engines;

import java.util.List;

/**
 * Scores the requests of one model version.
 *
 * <p>An engine does not queue: its user asks how much it would take, hands over that much, and asks
 * again when something ended.
 *
 * <pre>
 *   capacity() &gt; 0 ──► start(batch, listener) ──► listener.done(id, outcome) once for each request of the batch
 *        ▲                                                     │
 *        └──────────── capacity listener runs ◄────────────────┘
 * </pre>
 *
 * <p>Threads: the methods are called from any one thread at a time; listeners run on the engine's
 * own threads and must not block.
 */
public interface Engine extends AutoCloseable {

  /**
   * How many requests it would take from this user now; 0 when it is busy, or when what is free is
   * another user's turn ({@link StreamArbiter}). To be asked by who has requests: who was refused
   * is taken to wait. Another user may be faster: what is started beyond the capacity waits inside
   * the engine, in order.
   */
  int capacity();

  /**
   * The most requests that were ever worth handing over at once: the capacity of an idle engine.
   */
  int maximumCapacity();

  /** The share of what it can do that it does now, for all of its users; from 0 to 1. */
  default double utilisation() {
    return 1.0 - (double) capacity() / maximumCapacity();
  }

  /**
   * What is known of it before any request has come: batches of different sizes, in no order; none
   * when nothing is.
   */
  default List<Rehearsal> rehearsals() {
    return List.of();
  }

  /**
   * Begins to score. Returns at once.
   *
   * @param batch not empty; ids are distinct among the requests that this user has in flight
   * @param listener hears exactly one {@link EngineListener#done} for each request, unless the
   *     engine is closed before
   */
  void start(List<EngineRequest> batch, EngineListener listener);

  /**
   * Asks to stop a request that was started. The listener hears {@link Outcome.Cancelled} if that
   * was in time, and its ordinary outcome if it was not.
   */
  void cancel(long id);

  /**
   * Says whom to call each time capacity has become free, whoever had used it. One listener per
   * user: a second call replaces the first.
   */
  void onCapacity(Runnable listener);

  /** Gives the engine back. No listener is called after this has returned. */
  @Override
  void close();
}
