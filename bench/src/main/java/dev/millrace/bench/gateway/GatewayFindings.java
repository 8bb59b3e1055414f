package dev.millrace.bench.gateway;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the rounds gave, and what it comes to. */
final class GatewayFindings {
  static final String LOW_LOAD = "digits, JSON, 1 connection";
  static final String DIGITS = "digits, JSON, 64 connections";
  static final String BINARY = "digits, binary tensors, 64 connections";
  static final String ENCODER = "encoder, JSON, 64 connections";
  static final String CROWD = "digits, JSON, 400 connections";

  private static final Measure RATE =
      new Measure("answers-per-second", "answers/s", "answers/s", 0);
  private static final Measure MEDIAN = new Measure("p50", "p50", "ms", 2);
  private static final Measure P99 = new Measure("p99", "p99", "ms", 1);
  private static final Measure MOST = new Measure("most", "most", "ms", 0);
  private static final Measure REFUSED = new Measure("refused", "429, 503", "", 0);
  private static final Measure ERRORS = new Measure("errors", "errors", "", 0);

  private static final double PERCENT = 100;

  /** The memory of a process whose heap is in use already varies by so much, in percent. */
  private static final double FLAT = 3;

  private static final double GIBIBYTE = 1024;

  /** Of a stream that was held for a minute; the gateway says one every 15 s. */
  private static final int LEAST_KEEP_ALIVES = 3;

  private final Progress progress;
  private final Map<String, List<WrkOutcome>> outcomes = new LinkedHashMap<>();
  private final List<Double> growth = new ArrayList<>();
  private final List<Double> resident = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private @Nullable Idle idle;

  /**
   * Streams that waited.
   *
   * @param before MiB of the gateway when it had none
   * @param most MiB that it had at any time
   */
  private record Idle(IdleStreams.State state, double before, double most) {}

  GatewayFindings(Progress progress) {
    this.progress = progress;
  }

  void add(String what, WrkOutcome outcome) {
    progress.say(
        "  %s: %,.0f answers/s, p50 %.2f ms, p99 %.1f ms%s"
            .formatted(
                what,
                outcome.rate(),
                outcome.medianMillis(),
                outcome.p99Millis(),
                outcome.statuses().isEmpty()
                    ? ""
                    : ", statuses " + new TreeMap<>(outcome.statuses())));
    outcomes.computeIfAbsent(what, name -> new ArrayList<>()).add(outcome);
    if (outcome.errors() > 0 || (outcome.refused() > 0 && !what.equals(CROWD))) {
      violations.add(
          "%s: %d broken connections or time-outs, statuses %s"
              .formatted(what, outcome.socketErrors(), new TreeMap<>(outcome.statuses())));
    }
  }

  /** MiB of the stack's process, each second of a run with many connections. */
  void memory(List<Double> samples) throws BenchmarkException {
    growth.add(PERCENT * ResidentMemory.growth(samples));
    resident.add(samples.get(samples.size() - 1));
    progress.say("  memory: %s MiB".formatted(samples.stream().map(Math::round).toList()));
  }

  /**
   * Streams that waited for a minute.
   *
   * @param before MiB of the gateway when it had none
   * @param most MiB that it had at any time
   */
  void idle(IdleStreams.State state, double before, double most) {
    idle = new Idle(state, before, most);
    state.loss().ifPresent(reason -> violations.add("a stream was lost: " + reason));
    if (state.leastKeepAlives() < LEAST_KEEP_ALIVES) {
      violations.add(
          "a stream heard %d keep-alives in a minute".formatted(state.leastKeepAlives()));
    }
    progress.say(
        "  %,d open, each with %d keep-alives or more; %.0f MiB, %.0f before"
            .formatted(state.open(), state.leastKeepAlives(), most, before));
  }

  Report report(String benchmark, Environment environment, double engineMillis) {
    Report.Builder report =
        Report.of(benchmark, "clients of HTTP", environment)
            .condition("engine alone, a batch of one, p50", "%.2f ms".formatted(engineMillis));
    for (Measure measure : List.of(RATE, MEDIAN, P99, MOST, REFUSED, ERRORS)) {
      report.measure(measure);
    }
    outcomes.forEach((what, rounds) -> report.row(row(what, rounds)));
    check(report, DIGITS + ", answers/s", DIGITS, WrkOutcome::rate, Target.atLeast(4_000));
    check(report, DIGITS + ", p99 in ms", DIGITS, WrkOutcome::p99Millis, Target.atMost(60));
    check(report, BINARY + ", answers/s", BINARY, WrkOutcome::rate, Target.atLeast(4_000));
    check(report, BINARY + ", p99 in ms", BINARY, WrkOutcome::p99Millis, Target.atMost(60));
    check(report, ENCODER + ", answers/s", ENCODER, WrkOutcome::rate, Target.atLeast(125));
    check(report, ENCODER + ", p99 in ms", ENCODER, WrkOutcome::p99Millis, Target.atMost(1_000));
    check(report, CROWD + ", errors", CROWD, WrkOutcome::errors, Target.atMost(0));
    check(
        report,
        "added to scoring at low load, p50 in ms",
        LOW_LOAD,
        outcome -> outcome.medianMillis() - engineMillis,
        Target.atMost(8));
    memory(report);
    violations.forEach(report::violation);
    return report.build();
  }

  private void memory(Report.Builder report) {
    if (!growth.isEmpty()) {
      report
          .check(
              new Check(
                  "memory under 400 connections, last ten seconds against those before",
                  "% more",
                  new Figures(growth),
                  Target.atMost(FLAT)))
          .check(
              new Check(
                  "memory of job and gateway after that", "MiB", new Figures(resident), null));
    }
    Idle held = idle;
    if (held != null) {
      report
          .check(
              new Check(
                  "idle streams held for a minute",
                  "",
                  Figures.of(held.state().open()),
                  Target.atLeast(10_000)))
          .check(
              new Check(
                  "the most memory of their gateway",
                  "MiB",
                  Figures.of(held.most()),
                  Target.atMost(GIBIBYTE)))
          .check(
              new Check(
                  "of which for a stream",
                  "KiB",
                  Figures.of((held.most() - held.before()) * 1024 / held.state().open()),
                  null));
    }
  }

  private void check(
      Report.Builder report,
      String what,
      String row,
      ToDoubleFunction<WrkOutcome> figure,
      Target target) {
    List<WrkOutcome> rounds = outcomes.get(row);
    if (rounds != null) {
      report.check(new Check(what, "", figures(rounds, figure), target));
    }
  }

  private static Row row(String what, List<WrkOutcome> rounds) {
    Map<Measure, Figures> figures = new LinkedHashMap<>();
    figures.put(RATE, figures(rounds, WrkOutcome::rate));
    figures.put(MEDIAN, figures(rounds, WrkOutcome::medianMillis));
    figures.put(P99, figures(rounds, WrkOutcome::p99Millis));
    figures.put(MOST, figures(rounds, WrkOutcome::mostMillis));
    figures.put(REFUSED, figures(rounds, WrkOutcome::refused));
    figures.put(ERRORS, figures(rounds, WrkOutcome::errors));
    return new Row(what, "", figures);
  }

  private static Figures figures(List<WrkOutcome> rounds, ToDoubleFunction<WrkOutcome> figure) {
    return new Figures(rounds.stream().map(round -> figure.applyAsDouble(round)).toList());
  }
}
