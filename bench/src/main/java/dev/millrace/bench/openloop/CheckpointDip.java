package dev.millrace.bench.openloop;

import dev.millrace.bench.systems.Checkpoint;
import java.util.List;

/**
 * How much slower answers come while checkpoints are made.
 *
 * @param during answers a second in intervals that a checkpoint touches; not a number without any
 * @param between answers a second in all others; not a number without any
 */
record CheckpointDip(double during, double between) {
  /**
   * Compares.
   *
   * @param answers by interval
   * @param intervalMillis the length of an interval
   * @param begin of the first interval, epoch milliseconds
   */
  static CheckpointDip of(
      List<Integer> answers, long intervalMillis, long begin, List<Checkpoint> checkpoints) {
    long[] counts = new long[2];
    long[] intervals = new long[2];
    for (int interval = 0; interval < answers.size(); interval++) {
      long from = begin + interval * intervalMillis;
      long to = from + intervalMillis;
      boolean touched =
          checkpoints.stream()
              .anyMatch(
                  checkpoint ->
                      checkpoint.triggeredAt() < to
                          && from <= checkpoint.triggeredAt() + checkpoint.durationMillis());
      counts[touched ? 0 : 1] += answers.get(interval);
      intervals[touched ? 0 : 1]++;
    }
    double perSecond = 1000.0 / intervalMillis;
    return new CheckpointDip(
        perSecond * counts[0] / intervals[0], perSecond * counts[1] / intervals[1]);
  }
}
