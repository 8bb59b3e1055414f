package dev.millrace.bench.openloop;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import dev.millrace.engines.ModelSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The settings of the window that are tried, each once on the load that counts; the best one is
 * measured.
 */
final class WindowGrid {
  private static final List<Duration> DELAYS =
      List.of(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20));

  private final Stage stage;
  private final Progress progress;

  WindowGrid(Stage stage, Progress progress) {
    this.stage = stage;
    this.progress = progress;
  }

  /**
   * A setting, and how it did.
   *
   * @param score more is better
   */
  record Cell(SystemUnderTest window, double score, LoadOutcome outcome) {}

  /** The setting with the largest batches. */
  static SystemUnderTest largest(ModelSpec model) {
    return Systems.window(model.maximumBatchRows(), DELAYS.get(DELAYS.size() - 1));
  }

  /** All cells, the best first. */
  List<Cell> play(LoadPlan plan, Duration patience, ToDoubleFunction<LoadOutcome> score)
      throws BenchmarkException, InterruptedException {
    int most = stage.workload().model().maximumBatchRows();
    List<Cell> cells = new ArrayList<>();
    for (int size : List.of(Math.max(1, most / 4), most)) {
      for (Duration delay : DELAYS) {
        SystemUnderTest window = Systems.window(size, delay);
        LoadOutcome outcome = stage.play(window, plan, patience).outcome();
        Cell cell = new Cell(window, score.applyAsDouble(outcome), outcome);
        progress.say(
            "  window, %s: p50 %.1f ms, %.1f %% in time"
                .formatted(
                    window.setting(),
                    outcome.latencyMillis(kind -> true, 50).orElse(Double.NaN),
                    100 * outcome.inTimeShare()));
        cells.add(cell);
      }
    }
    cells.sort(Comparator.comparingDouble(Cell::score).reversed());
    return cells;
  }
}
