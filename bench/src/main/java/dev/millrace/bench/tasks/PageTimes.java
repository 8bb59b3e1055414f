package dev.millrace.bench.tasks;

import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Row;
import dev.millrace.gateway.tasks.TaskCursor;
import dev.millrace.gateway.tasks.TaskStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the first page of a combination of filters costs, one in the middle, and the last. */
final class PageTimes {
  static final Measure P50 = new Measure("p50", "p50", "ms", 2);
  static final Measure P99 = new Measure("p99", "p99", "ms", 2);
  static final Measure MOST = new Measure("max", "max", "ms", 2);
  static final Measure TASKS = new Measure("tasks", "tasks", "", 0);

  /** Tasks of a page. */
  static final int LIMIT = 100;

  private static final int UNMEASURED = 20;
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final TaskStore store;
  private final int repetitions;

  PageTimes(TaskStore store, int repetitions) {
    this.store = store;
    this.repetitions = repetitions;
  }

  /** A row for each of the three pages; fewer where there are no three. */
  List<Row> measure(Filter filter) throws SQLException, InterruptedException {
    List<TaskCursor> places = filter.walk(store);
    List<Row> rows = new ArrayList<>();
    rows.add(measure(filter, "first page", null, places.size()));
    if (places.size() > 2 * LIMIT) {
      rows.add(measure(filter, "middle", places.get(places.size() / 2), places.size()));
    }
    if (places.size() > LIMIT) {
      rows.add(measure(filter, "last", places.get(places.size() - LIMIT - 1), places.size()));
    }
    return rows;
  }

  private Row measure(Filter filter, String page, @Nullable TaskCursor after, int tasks)
      throws SQLException, InterruptedException {
    Histogram nanos = new Histogram(3);
    for (int repetition = -UNMEASURED; repetition < repetitions; repetition++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while pages were read");
      }
      long begin = System.nanoTime();
      int size = store.page(filter.query(after, LIMIT)).tasks().size();
      long end = System.nanoTime();
      if (size != Math.min(LIMIT, tasks)) {
        throw new IllegalStateException("%s, %s has %d tasks".formatted(filter, page, size));
      }
      if (repetition >= 0) {
        nanos.recordValue(end - begin);
      }
    }
    Map<Measure, Figures> figures = new LinkedHashMap<>();
    figures.put(P50, milliseconds(nanos.getValueAtPercentile(50)));
    figures.put(P99, milliseconds(nanos.getValueAtPercentile(99)));
    figures.put(MOST, milliseconds(nanos.getMaxValue()));
    figures.put(TASKS, Figures.of(tasks));
    return new Row(filter.toString(), page, figures);
  }

  private static Figures milliseconds(long nanos) {
    return Figures.of(nanos / NANOS_PER_MILLISECOND);
  }
}
