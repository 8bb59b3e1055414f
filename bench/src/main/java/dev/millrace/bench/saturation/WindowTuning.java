package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the size and the delay with which the window is best: a short run for each of a grid, and a
 * second one for those that were best in the first.
 */
final class WindowTuning {
  private static final List<Integer> SIZES = List.of(8, 32, 64, 128);
  private static final List<Duration> DELAYS =
      List.of(Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(50));

  /** How many come into the second run: one short run says little on a busy machine. */
  private static final int FINALISTS = 3;

  private final SaturationRun run;
  private final Progress progress;

  WindowTuning(SaturationRun run, Progress progress) {
    this.run = run;
    this.progress = progress;
  }

  /** A system and its answers a second. */
  record Cell(SystemUnderTest system, double rate) {}

  /**
   * The grid: all sizes that the model scores together and the largest of them, with all delays.
   *
   * @param maximumBatchRows the most that the model scores together
   */
  static List<SystemUnderTest> grid(int maximumBatchRows) {
    return Stream.concat(SIZES.stream(), Stream.of(maximumBatchRows))
        .filter(size -> size <= maximumBatchRows)
        .distinct()
        .flatMap(size -> DELAYS.stream().map(delay -> Systems.window(size, delay)))
        .toList();
  }

  /**
   * The best of some systems.
   *
   * @param cells not empty
   * @param requests how many each is given
   */
  Cell best(List<SystemUnderTest> cells, int requests)
      throws BenchmarkException, InterruptedException {
    List<SystemUnderTest> finalists =
        measure(cells, requests).stream().limit(FINALISTS).map(Cell::system).toList();
    return measure(finalists, requests).get(0);
  }

  /** The fastest first. */
  private List<Cell> measure(List<SystemUnderTest> systems, int requests)
      throws BenchmarkException, InterruptedException {
    List<Cell> measured = new ArrayList<>();
    for (SystemUnderTest system : systems) {
      double rate = run.of(system, requests).rate();
      progress.say("  %s, %s: %,.0f/s".formatted(system.name(), system.setting(), rate));
      measured.add(new Cell(system, rate));
    }
    measured.sort(Comparator.comparingDouble(Cell::rate).reversed());
    return measured;
  }
}
