package dev.millrace.bench.openloop;

import dev.millrace.bench.load.ArrivalSchedule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * An engine of several streams, each of which scores a batch of {@code b} in {@code fixed + b ·
 * each} nanoseconds, and a policy that starts batches of random sizes as soon as a stream is free,
 * without requests that would come too late.
 */
record BatchingServer(int streams, int maximumBatch, long fixed, long each) {
  static BatchingServer random(Random random) {
    return new BatchingServer(
        1 + random.nextInt(3),
        1 + random.nextInt(16),
        1_000_000L * random.nextInt(20),
        1_000_000L * (1 + random.nextInt(10)));
  }

  Duration latency(int batch) {
    return Duration.ofNanos(fixed + batch * each);
  }

  /** Larger batches are never worse here. */
  double bestRate() {
    return streams * maximumBatch * 1e9 / latency(maximumBatch).toNanos();
  }

  int inTime(ArrivalSchedule schedule, Duration timeout, Random random) {
    long[] freeAt = new long[streams];
    Deque<Long> waiting = new ArrayDeque<>();
    int next = 0;
    int count = 0;
    while (next < schedule.size() || !waiting.isEmpty()) {
      int stream = soonest(freeAt);
      long now = freeAt[stream];
      while (next < schedule.size() && (schedule.at(next) <= now || waiting.isEmpty())) {
        now = Math.max(now, schedule.at(next));
        waiting.add(schedule.at(next++));
      }
      int wanted = Math.min(waiting.size(), 1 + random.nextInt(maximumBatch));
      long end = now + latency(wanted).toNanos();
      int batch = 0;
      while (batch < wanted && !waiting.isEmpty()) {
        if (end <= waiting.remove() + timeout.toNanos()) {
          batch++;
          count++;
        }
      }
      freeAt[stream] = batch == 0 ? now : now + latency(batch).toNanos();
    }
    return count;
  }

  private static int soonest(long[] freeAt) {
    int soonest = 0;
    for (int stream = 1; stream < freeAt.length; stream++) {
      if (freeAt[stream] < freeAt[soonest]) {
        soonest = stream;
      }
    }
    return soonest;
  }
}
