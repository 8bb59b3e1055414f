package dev.millrace.bench.tasks;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.database.DatabaseUnavailableException;
import dev.millrace.gateway.database.LocalDatabase;
import dev.millrace.gateway.database.LocalDatabaseConfiguration;
import dev.millrace.gateway.tasks.TaskStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tasks: what a page costs among a million of them, with whatever filters, and how many records a
 * second are projected into that table.
 */
public final class TasksBenchmark implements Benchmark {
  /** The option that says how many tasks there are. */
  static final String ROWS = "bench.tasks.rows";

  /** The option that says how many tasks are projected. */
  static final String PROJECTED = "bench.tasks.projected";

  /** The option that says how often a page is read in a round. */
  static final String REPETITIONS = "bench.tasks.repetitions";

  private static final int DEFAULT_ROWS = 1_000_000;
  private static final int DEFAULT_PROJECTED = 50_000;
  private static final int DEFAULT_REPETITIONS = 300;
  private static final int DEFAULT_ROUNDS = 3;
  private static final Target P99 = Target.atMost(20);
  private static final long STARTUP_SECONDS = 60;

  @Override
  public String name() {
    return "tasks";
  }

  @Override
  public String summary() {
    return "pages among a million tasks in PostgreSQL, and records projected a second; -D "
        + String.join(", ", ROWS, REPETITIONS, PROJECTED);
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    int rows = number(settings, ROWS, DEFAULT_ROWS);
    int projected = number(settings, PROJECTED, DEFAULT_PROJECTED);
    int repetitions = number(settings, REPETITIONS, DEFAULT_REPETITIONS);
    int rounds = settings.rounds().orElse(DEFAULT_ROUNDS);
    Report.Builder report =
        Report.of(name(), "pages of %d tasks".formatted(Page.LIMIT), environment)
            .condition("tasks", "%,d".formatted(rows))
            .condition(
                "each page is read",
                "%d times in each of %d rounds, by one client".formatted(repetitions, rounds))
            .measure(PageTimes.P99)
            .measure(PageTimes.P50)
            .measure(PageTimes.MOST)
            .measure(PageTimes.TASKS);
    try (LocalDatabase server =
            LocalDatabase.start(
                LocalDatabaseConfiguration.defaults(
                    settings.workDirectory().resolve("postgresql")));
        Database database = Database.open(server.settings())) {
      database.ready().toCompletableFuture().get(STARTUP_SECONDS, TimeUnit.SECONDS);
      TaskTable.fill(database, rows, progress);
      report.check(pages(database, rounds, repetitions, report, progress));
      double rate = ProjectionRate.measure(settings.workDirectory(), database, projected, progress);
      report.check(new Check("projected by one instance", "records/s", Figures.of(rate), null));
      return report.build();
    } catch (DatabaseUnavailableException | ExecutionException | TimeoutException e) {
      throw new BenchmarkException("the database cannot be started: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw new BenchmarkException("the database has failed: " + e.getMessage(), e);
    }
  }

  private static Check pages(
      Database database, int rounds, int repetitions, Report.Builder report, Progress progress)
      throws SQLException, InterruptedException {
    TaskStore store = new TaskStore(database);
    List<Page> pages = new ArrayList<>();
    for (Filter filter : Filter.all()) {
      progress.update(filter.toString());
      pages.addAll(Page.of(filter, store));
    }
    List<Row> rows = PageTimes.measure(store, pages, rounds, repetitions, progress);
    rows.forEach(report::row);
    double p99 = worst(rows, PageTimes.P99);
    report.check(
        new Check("the worst p50 of any page", "ms", Figures.of(worst(rows, PageTimes.P50)), null));
    return new Check("the worst p99 of any page", "ms", Figures.of(p99), P99);
  }

  private static double worst(List<Row> rows, Measure measure) {
    return rows.stream().mapToDouble(row -> row.require(measure).median()).max().orElseThrow();
  }

  private static int number(Settings settings, String option, int otherwise)
      throws BenchmarkException {
    String text = settings.options().get(option);
    try {
      int number = text == null ? otherwise : Integer.parseInt(text);
      if (number < 1) {
        throw new BenchmarkException("%s must be positive: %s".formatted(option, text));
      }
      return number;
    } catch (NumberFormatException e) {
      throw new BenchmarkException("%s is no number: %s".formatted(option, text), e);
    }
  }
}
