package dev.millrace.bench.tasks;

import dev.millrace.bench.Progress;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Row;
import dev.millrace.gateway.tasks.TaskStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What pages cost, by round. */
final class PageTimes {
  static final Measure P99 = new Measure("p99", "p99", "ms", 2);
  static final Measure P50 = new Measure("p50", "p50", "ms", 2);
  static final Measure MOST = new Measure("max", "max", "ms", 2);
  static final Measure TASKS = new Measure("tasks", "tasks", "", 0);

  private static final int UNMEASURED = 20;
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final Page page;
  private final List<Double> p99 = new ArrayList<>();
  private final List<Double> p50 = new ArrayList<>();
  private final List<Double> most = new ArrayList<>();

  private PageTimes(Page page) {
    this.page = page;
  }

  /** A row for each page. In a round each page is read so many times, one after the other. */
  static List<Row> measure(
      TaskStore store, List<Page> pages, int rounds, int repetitions, Progress progress)
      throws SQLException, InterruptedException {
    List<PageTimes> times = pages.stream().map(PageTimes::new).toList();
    for (int round = 1; round <= rounds; round++) {
      for (PageTimes time : times) {
        time.round(store, repetitions);
      }
      progress.say("round %d of %d: %d pages measured".formatted(round, rounds, pages.size()));
    }
    return times.stream().map(PageTimes::row).toList();
  }

  private void round(TaskStore store, int repetitions) throws SQLException, InterruptedException {
    Histogram nanos = new Histogram(3);
    for (int repetition = -UNMEASURED; repetition < repetitions; repetition++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while pages were read");
      }
      long taken = page.read(store);
      if (repetition >= 0) {
        nanos.recordValue(taken);
      }
    }
    p99.add(nanos.getValueAtPercentile(99) / NANOS_PER_MILLISECOND);
    p50.add(nanos.getValueAtPercentile(50) / NANOS_PER_MILLISECOND);
    most.add(nanos.getMaxValue() / NANOS_PER_MILLISECOND);
  }

  private Row row() {
    Map<Measure, Figures> figures = new LinkedHashMap<>();
    figures.put(P99, new Figures(p99));
    figures.put(P50, new Figures(p50));
    figures.put(MOST, new Figures(most));
    figures.put(TASKS, Figures.of(page.tasks()));
    return new Row(page.filter().toString(), page.name(), figures);
  }
}
