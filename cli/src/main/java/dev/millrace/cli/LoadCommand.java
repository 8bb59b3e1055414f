package dev.millrace.cli;

import dev.millrace.bench.load.AnswerRecorder;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.AzureTrace;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.OpenLoopProducer;
import dev.millrace.bench.load.SendStatistics;
import dev.millrace.bench.load.TimeOrigin;
import dev.millrace.bench.load.Traffic;
import dev.millrace.cli.local.Samples;
import dev.millrace.cli.report.LoadReport;
import dev.millrace.cli.report.TerminalProgress;
import dev.millrace.protocol.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends requests at a pace and measures the answers. */
@Command(
    name = "load",
    description = {
      "Sends requests at a given pace, whatever becomes of them, and measures how long answers take:",
      "from the instant at which a request was to be sent, so that a system that stalls cannot hide it.",
      "Ends with 1 when requests stay unanswered."
    })
final class LoadCommand implements Callable<Integer> {
  private static final Duration TICK = Duration.ofMillis(500);
  private static final long LEAD_NANOS = 200_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      defaultValue = "poisson",
      description =
          "When requests are sent: constant, poisson, steps or trace (default: ${DEFAULT-VALUE}).")
  private Pattern pattern = Pattern.POISSON;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Requests a second in the mean; of steps: see there (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "For how long, such as 90s or 10m (default: ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--step",
      paramLabel = "RATE:DURATION",
      description = "A step of the pattern steps, such as 500:10s. Repeated: one after the other.")
  private List<String> steps = new ArrayList<>();

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "The arrivals of the pattern trace: a CSV file with TIMESTAMP,ContextTokens,"
              + "GeneratedTokens, played at --rate in the mean; as much of it as --duration holds.")
  private @Nullable Path trace;

  @Option(
      names = "--tenant",
      paramLabel = "NAME=SHARE",
      description = "A tenant and its share of the requests. Repeated: several.")
  private Map<String, Double> tenants = new LinkedHashMap<>();

  @Option(
      names = "--priority",
      paramLabel = "LEVEL=SHARE",
      description = "A priority, 1 the soonest, and its share of the requests. Repeated: several.")
  private Map<Integer, Double> priorities = new LinkedHashMap<>();

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long after it was to be sent a request is of use (default: for ever).")
  private @Nullable Duration deadline;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "A model repository, whose samples are sent (default: that of this Millrace).")
  private @Nullable Path samples;

  @Option(
      names = "--requests",
      paramLabel = "TOPIC",
      defaultValue = "millrace.requests",
      description = "The request topic (default: ${DEFAULT-VALUE}).")
  private String requests = "";

  @Option(
      names = "--results",
      paramLabel = "TOPIC",
      defaultValue = "millrace.results",
      description = "Where answers come (default: ${DEFAULT-VALUE}).")
  private String results = "";

  @Option(
      names = "--reply-topic",
      paramLabel = "TOPIC",
      description = "Ask for answers on this topic, which come before the next checkpoint.")
  private @Nullable String replyTopic;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description =
          "How long to wait for answers after the last request (default: ${DEFAULT-VALUE}).")
  private Duration patience = Duration.ZERO;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Other seeds, other arrivals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures here.")
  private @Nullable Path json;

  private final TerminalProgress progress = new TerminalProgress(System.err);

  /** When requests are sent. */
  enum Pattern {
    CONSTANT,
    POISSON,
    STEPS,
    TRACE
  }

  @Override
  public Integer call() throws Exception {
    LoadPlan plan = plan();
    Samples values =
        Samples.read(samples == null ? Home.path().resolve("models") : samples).withoutIds();
    if (values.size() == 0) {
      throw new CommandException("the model repository has no samples to send (--samples)");
    }
    String answers = replyTopic == null ? results : replyTopic;
    kafka.requireTopics(requests, answers);
    String name = "load-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    Consumer<byte[], byte[]> consumer =
        AnswerRecorder.connect(kafka.clientProperties(Map.of()), List.of(answers));
    try (OpenLoopProducer producer =
        new OpenLoopProducer(
            kafka.clientProperties(Map.of()),
            new OpenLoopProducer.Target(
                requests,
                Optional.ofNullable(replyTopic),
                Encoding.JSON.contentType(),
                values::get))) {
      TimeOrigin origin = TimeOrigin.in(LEAD_NANOS);
      try (AnswerRecorder recorder = AnswerRecorder.start(consumer, plan, name, origin)) {
        SendStatistics sending = send(producer, recorder, plan, name, origin);
        progress.endLine();
        return report(plan, recorder.finish(), sending);
      }
    }
  }

  private SendStatistics send(
      OpenLoopProducer producer,
      AnswerRecorder recorder,
      LoadPlan plan,
      String name,
      TimeOrigin origin)
      throws InterruptedException {
    progress.say(
        "sending %,d requests in %,.0f s".formatted(plan.size(), plan.duration().toMillis() / 1e3));
    ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    try {
      // Its ticks fail for nobody; it ends with the executor.
      ScheduledFuture<?> unused =
          ticker.scheduleAtFixedRate(
              () -> tick(producer, recorder, plan, origin),
              TICK.toMillis(),
              TICK.toMillis(),
              TimeUnit.MILLISECONDS);
      SendStatistics sending = producer.send(plan, name, origin);
      recorder.await(patience);
      return sending;
    } finally {
      ticker.shutdownNow();
      ticker.awaitTermination(TICK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tick(
      OpenLoopProducer producer, AnswerRecorder recorder, LoadPlan plan, TimeOrigin origin) {
    Histogram recent = recorder.recentLatencies();
    progress.update(
        "%s %5.1f s  sent %,d  waiting %,d  p50 %s  p99 %s"
            .formatted(
                bar((double) producer.sent() / plan.size()),
                (System.nanoTime() - origin.nanos()) / NANOS_PER_SECOND,
                producer.sent(),
                producer.sent() - recorder.answered(),
                LoadReport.millis(recent, 50),
                LoadReport.millis(recent, 99)));
  }

  private static String bar(double share) {
    int full = (int) Math.round(20 * Math.min(1, share));
    return "[" + "#".repeat(full) + ".".repeat(20 - full) + "]";
  }

  private int report(LoadPlan plan, LoadOutcome outcome, SendStatistics sending)
      throws IOException {
    LoadReport report = new LoadReport(plan, outcome, sending);
    spec.commandLine().getOut().print(report.table(deadline != null));
    spec.commandLine().getOut().flush();
    if (json != null) {
      report.write(
          json, pattern.name().toLowerCase(Locale.ROOT), tenants.keySet(), priorities.keySet());
    }
    return outcome.unanswered() == 0 ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private LoadPlan plan() throws CommandException {
    if (!(rate > 0)) {
      throw usage("--rate %s: it must be above 0".formatted(rate));
    }
    ArrivalSchedule schedule =
        switch (pattern) {
          case CONSTANT -> ArrivalSchedule.constant(rate, duration);
          case POISSON -> ArrivalSchedule.poisson(rate, duration, seed);
          case STEPS -> ArrivalSchedule.steps(steps.stream().map(this::step).toList(), seed);
          case TRACE -> recorded();
        };
    if (schedule.size() == 0) {
      throw usage("no request would be sent: a longer --duration, or a higher --rate");
    }
    List<Map.Entry<String, Double>> byTenant = shares(tenants, "default");
    List<Map.Entry<Integer, Double>> byPriority = shares(priorities, 0);
    List<Double> shares = new ArrayList<>();
    byTenant.forEach(
        tenant ->
            byPriority.forEach(priority -> shares.add(tenant.getValue() * priority.getValue())));
    List<ArrivalSchedule> parts = split(schedule, shares);
    List<Traffic> kinds = new ArrayList<>();
    for (int part = 0; part < parts.size(); part++) {
      kinds.add(
          new Traffic(
              byTenant.get(part / byPriority.size()).getKey(),
              byPriority.get(part % byPriority.size()).getKey(),
              Optional.ofNullable(deadline),
              parts.get(part)));
    }
    return LoadPlan.of(kinds.toArray(Traffic[]::new));
  }

  private List<ArrivalSchedule> split(ArrivalSchedule schedule, List<Double> shares) {
    try {
      return schedule.split(shares, seed);
    } catch (IllegalArgumentException e) {
      throw usage("shares must not be negative, nor all zero: " + e.getMessage());
    }
  }

  private static <K> List<Map.Entry<K, Double>> shares(Map<K, Double> given, K otherwise) {
    return given.isEmpty() ? List.of(Map.entry(otherwise, 1.0)) : List.copyOf(given.entrySet());
  }

  private ArrivalSchedule.Step step(String text) {
    int colon = text.indexOf(':');
    try {
      return new ArrivalSchedule.Step(
          Double.parseDouble(text.substring(0, Math.max(0, colon))),
          new DurationConverter().convert(text.substring(colon + 1)));
    } catch (IllegalArgumentException | picocli.CommandLine.TypeConversionException e) {
      throw usage("--step %s: it is RATE:DURATION, such as 500:10s".formatted(text));
    }
  }

  private ArrivalSchedule recorded() throws CommandException {
    if (trace == null) {
      throw usage("which trace? --trace FILE");
    }
    try {
      AzureTrace recorded = AzureTrace.read(trace);
      int wanted = (int) Math.max(2, rate * duration.toMillis() / 1e3);
      int copies = (wanted + recorded.size() - 1) / recorded.size();
      return ArrivalSchedule.ofTrace(
              recorded.arrivals(0, Math.min(recorded.size(), Math.max(2, wanted / copies))),
              rate / copies)
          .times(copies);
    } catch (IOException e) {
      throw new CommandException("the trace cannot be read: " + e.getMessage(), e);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
