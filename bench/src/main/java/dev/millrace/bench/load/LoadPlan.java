package dev.millrace.bench.load;

import java.time.Duration;
import java.util.List;

/** Traffic of several kinds in the order in which it arrives. */
public final class LoadPlan {
  private final List<Traffic> kinds;
  private final byte[] kindOf;
  private final long[] arrivals;

  private LoadPlan(List<Traffic> kinds, byte[] kindOf, long[] arrivals) {
    this.kinds = kinds;
    this.kindOf = kindOf;
    this.arrivals = arrivals;
  }

  /** All of these; of those that arrive at the same instant, the kind that was named first. */
  public static LoadPlan of(Traffic... kinds) {
    if (kinds.length > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(kinds.length + " kinds of traffic");
    }
    int size = 0;
    for (Traffic kind : kinds) {
      size = Math.addExact(size, kind.schedule().size());
    }
    byte[] kindOf = new byte[size];
    long[] arrivals = new long[size];
    int[] next = new int[kinds.length];
    for (int index = 0; index < size; index++) {
      int soonest = soonest(kinds, next);
      kindOf[index] = (byte) soonest;
      arrivals[index] = kinds[soonest].schedule().at(next[soonest]++);
    }
    return new LoadPlan(List.of(kinds), kindOf, arrivals);
  }

  private static int soonest(Traffic[] kinds, int[] next) {
    int soonest = -1;
    for (int kind = 0; kind < kinds.length; kind++) {
      ArrivalSchedule schedule = kinds[kind].schedule();
      if (next[kind] < schedule.size()
          && (soonest < 0
              || schedule.at(next[kind]) < kinds[soonest].schedule().at(next[soonest]))) {
        soonest = kind;
      }
    }
    return soonest;
  }

  /** How many requests there are. */
  public int size() {
    return arrivals.length;
  }

  /** When a request arrives, in nanoseconds after the beginning. */
  public long arrival(int request) {
    return arrivals[request];
  }

  /** What kind of request it is. */
  public Traffic kind(int request) {
    return kinds.get(kindOf[request]);
  }

  /** When a request stops being of use, in nanoseconds after the beginning; else the largest. */
  public long deadline(int request) {
    return kind(request)
        .timeout()
        .map(timeout -> arrivals[request] + timeout.toNanos())
        .orElse(Long.MAX_VALUE);
  }

  /** From the beginning to the last arrival. */
  public Duration duration() {
    return Duration.ofNanos(arrivals.length == 0 ? 0 : arrivals[arrivals.length - 1]);
  }
}
