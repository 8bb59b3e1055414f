package dev.millrace.bench.generation;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workloads;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Text: what the job makes of a model beside the engine alone, one text at a time, and batches that
 * wait for their longest. The baselines have the engine to themselves, without Kafka and Flink.
 */
public final class GenerationBenchmark implements Benchmark {
  static final String DECODE = "decode-loop";
  static final String LIMIT = "limit";
  static final String ONE = "one-at-a-time";
  static final String STATIC = "static-batches";
  static final String MILLRACE = "millrace";

  private static final Measure TOKENS = new Measure("tokens-per-second", "tokens/s", "tokens/s", 0);
  private static final Measure REQUESTS =
      new Measure("requests-per-second", "requests/s", "requests/s", 1);

  private static final String DEFAULT_MODEL = "scribe";
  private static final int DEFAULT_ROUNDS = 3;
  private static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);
  private static final Duration CALIBRATION = Duration.ofSeconds(3);
  private static final double NANOS_PER_MILLISECOND = 1e6;

  /** Of the low load: some whose time counts, behind some that warm up. */
  private static final int FIRST_TOKENS = 60;

  private static final int UNMEASURED = 60;
  private static final int SHORT_TEXT = 4;

  /** Of the mixed load: the share of the context that a long prompt takes. */
  private static final double LONG_PROMPT = 240.0 / 256;

  private static final int LONG_PROMPTS = 12;

  @Override
  public String name() {
    return "generation";
  }

  @Override
  public String summary() {
    return "tokens a second beside the engine alone, one text at a time and static batches; time to the first token, and of each";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    ModelSpec model = Workloads.model(settings, DEFAULT_MODEL);
    TextModelSpec text = model.text();
    if (text == null) {
      throw new BenchmarkException("model %s continues no texts".formatted(model.version()));
    }
    EngineProvider engines = Workloads.engines(settings);
    List<TextRequest> trace = TraceRequests.read(settings.home(), text);
    Duration duration = settings.duration().orElse(DEFAULT_DURATION);
    progress.say("starting a Kafka broker and Flink");
    try (TestBed bed = TestBed.open(settings)) {
      ThroughKafka job = new ThroughKafka(bed, model, engines, progress);
      Findings findings = new Findings(progress);
      TreeMap<Integer, Double> decoding = new TreeMap<>();
      List<TextRequest> requests;
      // The model stays loaded from here on, warm and with the same memory for all.
      try (Alone alone = Alone.open(model, engines)) {
        progress.say("warming up");
        alone.continuous(cycle(trace, 4 * alone.slots()));
        for (int rows = 1; rows < alone.slots(); rows *= 2) {
          decoding.put(rows, decode(alone, text, rows, CALIBRATION).tokens());
        }
        double rate = Pace.of(alone.continuous(cycle(trace, 40 * alone.slots()))).requests();
        requests =
            cycle(trace, Math.max(10 * alone.slots(), (int) (rate * duration.toMillis() / 1e3)));
        job.drain(requests);
        for (int round = 1; round <= settings.rounds().orElse(DEFAULT_ROUNDS); round++) {
          progress.say("round %d: %d texts".formatted(round, requests.size()));
          findings.pace(DECODE, decode(alone, text, alone.slots(), duration.dividedBy(2)));
          findings.pace(LIMIT, Pace.of(alone.continuous(requests)));
          findings.pace(ONE, Pace.of(alone.oneAtATime(requests, duration)));
          findings.pace(STATIC, Pace.of(alone.staticBatches(requests, duration)));
          ThroughKafka.Drained drained = job.drain(requests);
          findings.pace(MILLRACE, Pace.of(drained.ended()));
          findings.violations.addAll(drained.violations());
          firstTokens(alone, job, trace, findings);
          mixed(alone, text, findings);
        }
      }
      return report(
          Report.of(name(), "text generation: " + model.version(), environment)
              .condition("model", model.version().toString())
              .condition("slots", Integer.toString(text.slots()))
              .condition("decode loop alone, tokens/s by rows", rounded(decoding))
              .condition("texts", described(requests)),
          findings);
    }
  }

  /** Texts of one token of prompt that take all of the context: hardly any prefill. */
  private static Pace decode(Alone alone, TextModelSpec text, int rows, Duration duration)
      throws InterruptedException {
    int tokens = text.context() - 1;
    List<Pace.Ended> ended = new ArrayList<>();
    long begin = System.nanoTime();
    long seed = 0;
    while (ended.isEmpty() || System.nanoTime() - begin < duration.toNanos()) {
      List<TextRequest> together = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        together.add(new TextRequest(Tokens.of(1), tokens, text.ends(), seed++));
      }
      ended.addAll(alone.continuous(together));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Pace(ended.size() * (double) tokens / seconds, ended.size() / seconds);
  }

  private static void firstTokens(
      Alone alone, ThroughKafka job, List<TextRequest> trace, Findings findings)
      throws BenchmarkException, InterruptedException {
    List<TextRequest> texts =
        cycle(trace, UNMEASURED + FIRST_TOKENS).stream()
            .map(text -> new TextRequest(text.prompt(), SHORT_TEXT, text.ends(), text.seed()))
            .toList();
    List<Long> through = job.firstPieces(texts, UNMEASURED);
    List<Long> added = new ArrayList<>();
    for (int index = 0; index < FIRST_TOKENS; index++) {
      added.add(through.get(index) - alone.firstToken(texts.get(UNMEASURED + index)));
    }
    findings.added(percentile(added, 50));
  }

  private static void mixed(Alone alone, TextModelSpec text, Findings findings)
      throws InterruptedException {
    List<TextRequest> decoding = new ArrayList<>();
    for (int row = 0; row < alone.slots() - 1; row++) {
      decoding.add(new TextRequest(Tokens.of(1, 2, 3), text.context() - 3, text.ends(), row));
    }
    int[] longest = new int[(int) (LONG_PROMPT * text.context())];
    List<TextRequest> prompts = new ArrayList<>();
    for (int index = 0; index < LONG_PROMPTS; index++) {
      Arrays.setAll(longest, position -> position % text.vocabulary());
      longest[0] = index;
      prompts.add(new TextRequest(Tokens.of(longest), 1, text.ends(), index));
    }
    double undisturbed = percentile(alone.gaps(decoding, List.of()), 99);
    double disturbed = percentile(alone.gaps(decoding, prompts), 99);
    findings.mixed(undisturbed, disturbed);
  }

  /** In milliseconds. */
  private static double percentile(List<Long> nanos, int percent) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.get((sorted.size() - 1) * percent / 100) / NANOS_PER_MILLISECOND;
  }

  private static List<TextRequest> cycle(List<TextRequest> trace, int count) {
    List<TextRequest> requests = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      requests.add(trace.get(index % trace.size()));
    }
    return requests;
  }

  private static String rounded(Map<Integer, Double> decoding) {
    StringBuilder text = new StringBuilder();
    decoding.forEach((rows, rate) -> text.append("%d: %,.0f  ".formatted(rows, rate)));
    return text.toString().strip();
  }

  private static String described(List<TextRequest> requests) {
    return "%d, lengths of the Azure trace scaled: prompts of %.0f tokens on average, texts of %.0f (1 to %d)"
        .formatted(
            requests.size(),
            requests.stream().mapToInt(text -> text.prompt().size()).average().orElse(0),
            requests.stream().mapToInt(TextRequest::tokens).average().orElse(0),
            requests.stream().mapToInt(TextRequest::tokens).max().orElse(0));
  }

  private static Report report(Report.Builder report, Findings findings) {
    report.measure(TOKENS).measure(REQUESTS);
    Map<String, Row> rows = new LinkedHashMap<>();
    findings.paces.forEach(
        (system, paces) ->
            rows.put(
                system,
                new Row(
                    system,
                    "",
                    Map.of(
                        TOKENS, new Figures(paces.stream().map(Pace::tokens).toList()),
                        REQUESTS, new Figures(paces.stream().map(Pace::requests).toList())))));
    rows.values().forEach(report::row);
    Map<String, Target> targets = new LinkedHashMap<>();
    targets.put(DECODE, Target.atLeast(0.9));
    targets.put(LIMIT, Target.atLeast(0.9));
    targets.put(STATIC, Target.atLeast(2));
    targets.put(ONE, Target.atLeast(4));
    targets.forEach(
        (system, target) ->
            report.check(Check.ratio(TOKENS, row(rows, MILLRACE), row(rows, system), target)));
    report.check(
        new Check(
            "first token through Kafka and Flink at low load, beyond the engine's, p50",
            "ms",
            new Figures(findings.added),
            Target.atMost(10)));
    report.check(
        new Check(
            "p99 from token to token beside long prompts / undisturbed",
            "",
            new Figures(findings.disturbed).dividedBy(new Figures(findings.undisturbed)),
            Target.atMost(2)));
    findings.violations.forEach(report::violation);
    return report
        .chart(
            new Chart.Bars(
                "Text generation",
                "tokens/s",
                rows.values().stream()
                    .map(row -> Chart.Bar.of(row.system(), row.require(TOKENS)))
                    .toList()))
        .build();
  }

  private static Row row(Map<String, Row> rows, String system) {
    Row row = rows.get(system);
    if (row == null) {
      throw new IllegalStateException(system + " was not measured");
    }
    return row;
  }

  /** What the rounds gave. */
  private static final class Findings {
    private final Progress progress;
    private final Map<String, List<Pace>> paces = new LinkedHashMap<>();
    private final List<Double> added = new ArrayList<>();
    private final List<Double> undisturbed = new ArrayList<>();
    private final List<Double> disturbed = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    private Findings(Progress progress) {
      this.progress = progress;
    }

    private void pace(String system, Pace pace) {
      progress.say(
          "  %s: %,.0f tokens/s, %,.1f requests/s"
              .formatted(system, pace.tokens(), pace.requests()));
      paces.computeIfAbsent(system, name -> new ArrayList<>()).add(pace);
    }

    private void added(double millis) {
      progress.say("  first token: %.1f ms beyond the engine's".formatted(millis));
      added.add(millis);
    }

    private void mixed(double alone, double beside) {
      progress.say("  p99 a token: %.1f ms, beside long prompts %.1f ms".formatted(alone, beside));
      undisturbed.add(alone);
      disturbed.add(beside);
    }
  }
}
