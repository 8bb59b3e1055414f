package dev.millrace.operators.window;

import dev.millrace.operators.queue.QueueEntry;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds answers back until those of earlier requests with the same record key have been given.
 * Requests without a key are not held.
 *
 * <p>On the heap only: a request whose answer is held is still in keyed state, and after a restore
 * comes here again.
 */
final class KeyOrder {
  private final Map<ByteBuffer, Deque<Place>> lines = new HashMap<>();
  private final Map<QueueEntry, Place> places = new HashMap<>();
  private int held;

  /** Gives an answer. */
  @FunctionalInterface
  interface Emission {
    void emit() throws Exception;
  }

  private static final class Place {
    private final QueueEntry entry;
    private @Nullable Emission ready;

    private Place(QueueEntry entry) {
      this.entry = entry;
    }
  }

  /** Whether a request with this key would have to wait for others. */
  boolean hasEarlier(byte @Nullable [] key) {
    return key != null && lines.containsKey(ByteBuffer.wrap(key));
  }

  /** Gives a request its place in the line of its key. To be called in the order of arrival. */
  void expect(byte @Nullable [] key, QueueEntry entry) {
    if (key != null) {
      Place place = new Place(entry);
      lines.computeIfAbsent(ByteBuffer.wrap(key), bytes -> new ArrayDeque<>(2)).add(place);
      places.put(entry, place);
    }
  }

  /** Gives the answer of a request, and those held for it: now, or as soon as the earlier are. */
  void ready(byte @Nullable [] key, QueueEntry entry, Emission emission) throws Exception {
    Place place = places.get(entry);
    if (key == null || place == null) {
      emission.emit();
      return;
    }
    place.ready = emission;
    held++;
    ByteBuffer name = ByteBuffer.wrap(key);
    Deque<Place> line = lines.get(name);
    while (line != null && !line.isEmpty()) {
      Place first = line.getFirst();
      Emission next = first.ready;
      if (next == null) {
        return;
      }
      line.removeFirst();
      places.remove(first.entry);
      held--;
      next.emit();
    }
    lines.remove(name);
  }

  /** How many answers are held. */
  int held() {
    return held;
  }
}
