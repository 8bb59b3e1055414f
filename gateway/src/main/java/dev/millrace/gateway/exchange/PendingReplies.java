package dev.millrace.gateway.exchange;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who waits for replies. Several may wait for one: a client that asks again under the key of a
 * request that is under way joins it. An answer that comes a second time finds nobody.
 */
public final class PendingReplies {
  private final int maximum;
  private final ConcurrentHashMap<RequestName, List<ReplyListener>> waiting =
      new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();

  /**
   * @param maximum how many may wait
   */
  public PendingReplies(int maximum) {
    if (maximum < 1) {
      throw new IllegalArgumentException("at most %d pending requests".formatted(maximum));
    }
    this.maximum = maximum;
  }

  /** What became of a wish to wait. */
  public enum Place {
    /** The first to wait for this request, who has to send it. */
    FIRST,
    /** Others wait for the same already. */
    JOINED,
    /** So many wait that nobody else may. */
    FULL
  }

  /** Lets a listener wait. */
  public Place expect(RequestName name, ReplyListener listener) {
    if (size.incrementAndGet() > maximum) {
      size.decrementAndGet();
      return Place.FULL;
    }
    Place[] place = {Place.JOINED};
    waiting.compute(
        name,
        (same, listeners) -> {
          List<ReplyListener> all = listeners;
          if (all == null) {
            all = new CopyOnWriteArrayList<>();
            place[0] = Place.FIRST;
          }
          all.add(listener);
          return all;
        });
    return place[0];
  }

  /**
   * A listener does not wait any more.
   *
   * @return whether it waited until now, and nobody else does
   */
  public boolean leave(RequestName name, ReplyListener listener) {
    boolean[] last = {false};
    waiting.computeIfPresent(
        name,
        (same, listeners) -> {
          if (listeners.remove(listener)) {
            size.decrementAndGet();
            last[0] = listeners.isEmpty();
          }
          return listeners.isEmpty() ? null : listeners;
        });
    return last[0];
  }

  /** Passes on what has come. */
  public void deliver(Reply reply) {
    List<ReplyListener> listeners =
        reply.isAnswer() ? end(reply.name()) : waiting.getOrDefault(reply.name(), List.of());
    for (ReplyListener listener : listeners) {
      listener.hear(reply);
    }
  }

  /** Tells all who wait for a request that it was not sent. */
  public void unsent(RequestName name, Throwable reason) {
    for (ReplyListener listener : end(name)) {
      listener.unsent(reason);
    }
  }

  /** Tells all who wait to leave. */
  public void dismiss() {
    for (List<ReplyListener> listeners : waiting.values()) {
      listeners.forEach(ReplyListener::dismissed);
    }
  }

  private List<ReplyListener> end(RequestName name) {
    List<ReplyListener> listeners = waiting.remove(name);
    if (listeners == null) {
      return List.of();
    }
    size.addAndGet(-listeners.size());
    return listeners;
  }

  /** How many wait. */
  public int size() {
    return size.get();
  }
}
