package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found.
 *
 * @param benchmark its name
 * @param title what was measured, in one line
 * @param conditions what was the same for all systems, by name, such as the model
 * @param measures the columns of the table
 * @param rows the systems
 * @param checks what it comes to
 * @param violations what must not be, such as requests without an answer; empty when all is well
 * @param chart null when there is nothing to see
 */
public record Report(
    String benchmark,
    String title,
    Environment environment,
    Map<String, String> conditions,
    List<Measure> measures,
    List<Row> rows,
    List<Check> checks,
    List<String> violations,
    @Nullable Chart chart) {

  public Report {
    conditions = Collections.unmodifiableMap(new LinkedHashMap<>(conditions));
    measures = List.copyOf(measures);
    rows = List.copyOf(rows);
    checks = List.copyOf(checks);
    violations = List.copyOf(violations);
  }

  /** The row of a system, if it was measured. */
  public Optional<Row> row(String system) {
    return rows.stream().filter(row -> row.system().equals(system)).findFirst();
  }

  /** Begins a report. */
  public static Builder of(String benchmark, String title, Environment environment) {
    return new Builder(benchmark, title, environment);
  }

  /** Gathers what belongs in a report, in the order in which it is to be shown. */
  public static final class Builder {
    private final String benchmark;
    private final String title;
    private final Environment environment;
    private final Map<String, String> conditions = new LinkedHashMap<>();
    private final List<Measure> measures = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private @Nullable Chart chart;

    private Builder(String benchmark, String title, Environment environment) {
      this.benchmark = benchmark;
      this.title = title;
      this.environment = environment;
    }

    /** Something that was the same for all systems. */
    public Builder condition(String name, String value) {
      conditions.put(name, value);
      return this;
    }

    /** A column of the table. */
    public Builder measure(Measure measure) {
      measures.add(measure);
      return this;
    }

    /** A system. */
    public Builder row(Row row) {
      rows.add(row);
      return this;
    }

    /** A summary. */
    public Builder check(Check check) {
      checks.add(check);
      return this;
    }

    /** Something that must not be. */
    public Builder violation(String violation) {
      violations.add(violation);
      return this;
    }

    /** What is to be seen. */
    public Builder chart(Chart shown) {
      chart = shown;
      return this;
    }

    /** The report. */
    public Report build() {
      return new Report(
          benchmark, title, environment, conditions, measures, rows, checks, violations, chart);
    }
  }
}
