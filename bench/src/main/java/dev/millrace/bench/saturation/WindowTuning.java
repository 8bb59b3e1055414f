package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import java.time.Duration;
import java.util.List;

/** Finds the size and the delay with which the window is best: one short run for each of a grid. */
final class WindowTuning {
  private static final List<Integer> SIZES = List.of(8, 32, 64, 128);
  private static final List<Duration> DELAYS =
      List.of(Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(50));

  private WindowTuning() {}

  /**
   * The cells of the grid.
   *
   * @param maximumBatchRows the most that the model scores together
   */
  static List<SystemUnderTest> grid(int maximumBatchRows) {
    return SIZES.stream()
        .filter(size -> size <= maximumBatchRows)
        .flatMap(size -> DELAYS.stream().map(delay -> Systems.window(size, delay)))
        .toList();
  }

  /**
   * The best of some systems.
   *
   * @param requests how many each is given
   * @throws IllegalArgumentException when there is none
   */
  static SystemUnderTest best(
      List<SystemUnderTest> cells, int requests, SaturationRun run, Progress progress)
      throws BenchmarkException, InterruptedException {
    SystemUnderTest best = null;
    double bestRate = 0;
    for (SystemUnderTest cell : cells) {
      double rate = run.of(cell, requests).rate();
      progress.say("  %s, %s: %,.0f/s".formatted(cell.name(), cell.setting(), rate));
      if (best == null || rate > bestRate) {
        best = cell;
        bestRate = rate;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no cells");
    }
    return best;
  }
}
