package dev.millrace.bench.openloop;

import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.load.TimeOrigin;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.systems.Checkpoint;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What became of urgent requests behind a long queue, and of the queue.
 *
 * @param leftAfterUrgent how many others still waited when the last urgent one had its answer
 */
record UrgencyFindings(
    LoadRun.Played urgent, LoadOutcome bulk, Times times, int leftAfterUrgent, StackFigures stack) {
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final double MEBIBYTE = 1 << 20;
  private static final double BATCHES_ALLOWED = 3;
  private static final double ALLOWED_OVER_BATCHES_MILLIS = 200;
  private static final Measure MOST_USED = new Measure("heap-used-mib", "heap used", "MiB", 0);
  private static final Measure MOST_LEFT = new Measure("heap-after-gc-mib", "after GC", "MiB", 0);
  private static final Measure RATE = new Measure("answers-per-second", "answers", "1/s", 0);

  /**
   * When things happened.
   *
   * @param origin of the plan of the queue
   * @param fillNanos from the first request that was sent until all were in the queue
   * @param beginNanos when the engine began, after the origin
   */
  record Times(TimeOrigin origin, long fillNanos, long beginNanos) {}

  /** What the process of the job said of itself. */
  record StackFigures(long mostUsed, long mostLeft, int restarts, List<Checkpoint> checkpoints) {
    static StackFigures of(StackProcess stack) {
      return new StackFigures(
          stack.mostUsed(), stack.mostLeft(), stack.restarts(), stack.checkpoints());
    }
  }

  Report report(Report.Builder report) {
    double fillSeconds = times.fillNanos() / 1e9;
    report
        .condition(
            "filling the queue",
            "%.1f s, %,.0f requests/s".formatted(fillSeconds, bulk.plan().size() / fillSeconds))
        .condition(
            "urgent requests",
            "%d, one a second; %,d others still waited after the last"
                .formatted(urgent.outcome().plan().size(), leftAfterUrgent));
    List.of(Recording.P50, Recording.P99, RATE, MOST_USED, MOST_LEFT).forEach(report::measure);
    rows().forEach(report::row);
    checkpoints(report);
    checks(report);
    violations(report);
    return report.chart(chart()).build();
  }

  private List<Row> rows() {
    Map<Measure, Figures> urgentFigures = new LinkedHashMap<>();
    urgentFigures.put(Recording.P50, Figures.of(percentile(50)));
    urgentFigures.put(Recording.P99, Figures.of(percentile(99)));
    Map<Measure, Figures> job = new LinkedHashMap<>();
    job.put(RATE, Figures.of(rate()));
    job.put(MOST_USED, Figures.of(stack.mostUsed() / MEBIBYTE));
    job.put(MOST_LEFT, Figures.of(stack.mostLeft() / MEBIBYTE));
    return List.of(new Row("urgent", "", urgentFigures), new Row("the job", "", job));
  }

  private double percentile(double percentile) {
    return urgent.outcome().latencyMillis(kind -> true, percentile).orElse(Double.NaN);
  }

  /** Answers a second from when the engine began until nothing more came. */
  private double rate() {
    int intervals = byInterval().size();
    return intervals == 0
        ? 0
        : (bulk.plan().size() - bulk.unanswered()) * 1000.0 / (intervals * INTERVAL.toMillis());
  }

  /** Answers by interval, from when the engine began to the last answer. */
  private List<Integer> byInterval() {
    return bulk.answersByInterval(times.beginNanos(), INTERVAL);
  }

  private void checkpoints(Report.Builder report) {
    long begin = times.origin().epochMillis(times.beginNanos());
    List<Integer> answers = byInterval();
    long end = begin + answers.size() * INTERVAL.toMillis();
    List<Checkpoint> draining =
        stack.checkpoints().stream()
            .filter(
                checkpoint -> checkpoint.triggeredAt() >= begin && checkpoint.triggeredAt() < end)
            .toList();
    describe(report, "checkpoints while the queue filled", before(begin));
    // The queue is as long as it ever is.
    describe(report, "first checkpoints after that", draining.stream().limit(3).toList());
    describe(report, "checkpoints while it was worked off", draining);
    CheckpointDip dip = CheckpointDip.of(answers, INTERVAL.toMillis(), begin, draining);
    report.condition(
        "answers a second during checkpoints, and between",
        "%,.0f and %,.0f".formatted(dip.during(), dip.between()));
  }

  private List<Checkpoint> before(long begin) {
    return stack.checkpoints().stream()
        .filter(checkpoint -> checkpoint.triggeredAt() < begin)
        .toList();
  }

  private static void describe(Report.Builder report, String which, List<Checkpoint> checkpoints) {
    if (checkpoints.isEmpty()) {
      report.condition(which, "none");
      return;
    }
    report.condition(
        which,
        "%d: %s ms, %s MiB of state, of which %s MiB were written"
            .formatted(
                checkpoints.size(),
                range(checkpoints, Checkpoint::durationMillis),
                range(checkpoints, checkpoint -> checkpoint.stateBytes() / MEBIBYTE),
                range(checkpoints, checkpoint -> checkpoint.writtenBytes() / MEBIBYTE)));
  }

  private static String range(List<Checkpoint> checkpoints, ToDoubleFunction<Checkpoint> figure) {
    Figures figures = new Figures(checkpoints.stream().map(figure::applyAsDouble).toList());
    return "%,.0f (%,.0f to %,.0f)".formatted(figures.median(), figures.least(), figures.most());
  }

  private void checks(Report.Builder report) {
    double batch = Urgency.MODEL.nanos(Urgency.MODEL.maximumRows()) / 1e6;
    report.check(
        new Check(
            "urgent p99 beyond 3 batch times",
            "ms",
            Figures.of(percentile(99) - BATCHES_ALLOWED * batch),
            Target.atMost(ALLOWED_OVER_BATCHES_MILLIS)));
    report.check(
        new Check(
            "heap used at most",
            "MiB",
            Figures.of(stack.mostUsed() / MEBIBYTE),
            Target.atMost(512)));
    report.check(new Check("restarts", "", Figures.of(stack.restarts()), Target.atMost(0)));
    report.check(
        new Check(
            "requests of the queue without an answer",
            "",
            Figures.of(bulk.unanswered()),
            Target.atMost(0)));
  }

  private void violations(Report.Builder report) {
    int notScored =
        bulk.plan().size() - bulk.unanswered() - bulk.byStatus().getOrDefault(ResultStatus.OK, 0);
    report(report, bulk.unanswered(), "requests of the queue have no answer");
    report(report, bulk.repeats(), "answers too many to the queue");
    report(report, notScored, "requests of the queue were not scored");
    report(report, urgent.outcome().unanswered(), "urgent requests have no answer");
    report(report, urgent.outcome().repeats(), "answers too many to urgent requests");
  }

  private static void report(Report.Builder report, int count, String what) {
    if (count > 0) {
      report.violation(count + " " + what);
    }
  }

  private Chart chart() {
    List<Chart.Point> latencies = new ArrayList<>();
    LoadOutcome outcome = urgent.outcome();
    for (int request = 0; request < outcome.plan().size(); request++) {
      if (outcome.answered(request)) {
        latencies.add(
            new Chart.Point(
                outcome.plan().arrival(request) / 1e9,
                (outcome.answeredAt(request) - outcome.plan().arrival(request)) / 1e6));
      }
    }
    double batch = Urgency.MODEL.nanos(Urgency.MODEL.maximumRows()) / 1e6;
    double target = BATCHES_ALLOWED * batch + ALLOWED_OVER_BATCHES_MILLIS;
    double end = outcome.plan().duration().toNanos() / 1e9;
    return new Chart.Lines(
        "Urgent requests behind %,d others".formatted(bulk.plan().size()),
        new Chart.Axis("seconds since the engine began", false),
        new Chart.Axis("latency, client to client, ms", false),
        List.of(
            new Chart.Series("urgent request", latencies),
            new Chart.Series(
                "target of p99",
                List.of(new Chart.Point(0, target), new Chart.Point(end, target)))));
  }
}
