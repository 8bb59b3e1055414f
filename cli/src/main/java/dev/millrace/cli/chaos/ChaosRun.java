package dev.millrace.cli.chaos;

import dev.millrace.bench.Progress;
import dev.millrace.bench.load.AnswerRecorder;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.OpenLoopProducer;
import dev.millrace.bench.load.SendStatistics;
import dev.millrace.bench.load.TimeOrigin;
import dev.millrace.bench.load.Traffic;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.LogFormat;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.audit.TopicAudit;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.cli.cluster.Cluster;
import dev.millrace.cli.cluster.ClusterDirectory;
import dev.millrace.cli.cluster.ClusterSettings;
import dev.millrace.cli.cluster.ClusterState;
import dev.millrace.cli.cluster.Installation;
import dev.millrace.cli.cluster.Jobs;
import dev.millrace.cli.cluster.Submissions;
import dev.millrace.cli.cluster.Supervisor;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.local.Samples;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.protocol.Encoding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;

/** Plays faults on a cluster under load. */
public final class ChaosRun {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Quiet before the first fault, and after the last. */
  private static final Duration QUIET = Duration.ofSeconds(8);

  /** Between a recovery and the next fault: this, and up to as much again. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final int CALIBRATION_REQUESTS = 30_000;

  /** Seconds' worth of what the job can do that fill the queue. */
  private static final double BURST_SECONDS = 5;

  /** A JVM is slow at first: the share of the calibration that is not measured. */
  private static final double WARM_UP_SHARE = 0.5;

  private final Installation installation;
  private final ClusterDirectory directory;
  private final ChaosSettings settings;
  private final Progress progress;
  private final AuditTopics topics =
      new AuditTopics(
          MillraceOptions.REQUESTS_TOPIC.defaultValue(),
          MillraceOptions.RESULTS_TOPIC.defaultValue(),
          MillraceOptions.DEAD_LETTERS_TOPIC.defaultValue());

  /**
   * @param directory of the cluster, empty or not there
   */
  public ChaosRun(
      Installation installation,
      ClusterDirectory directory,
      ChaosSettings settings,
      Progress progress) {
    this.installation = installation;
    this.directory = directory;
    this.settings = settings;
    this.progress = progress;
  }

  /** A fault that was played; of {@link System#nanoTime}. */
  private record Played(Fault fault, String target, long at) {}

  /** Runs it from the start of a cluster to its end. */
  public ChaosReport run()
      throws CommandException, IOException, ExecutionException, InterruptedException {
    Samples samples = Samples.read(installation.models()).withoutIds();
    progress.say("starting a cluster in " + directory.root());
    ClusterSettings cluster =
        new ClusterSettings(
            settings.taskManagers(),
            2,
            0,
            settings.warmUp(),
            true,
            0,
            0,
            ClusterSettings.Gateways.NONE,
            4,
            LogFormat.TEXT,
            Map.of());
    try (Supervisor supervisor =
        Supervisor.start(installation, directory, cluster, line -> progress.say("    " + line))) {
      FlinkRest rest = Cluster.rest(supervisor.state());
      Jobs jobs = new Jobs(rest, new Submissions(directory), progress);
      jobs.submit(
          installation.jobJar(), arguments(supervisor.state()), 1, Optional.empty(), TIMEOUT);
      double capacity = calibrate(supervisor, samples);
      double rate = Math.min(settings.mostRate(), settings.load() * capacity);
      progress.say("the job answers %,.0f requests/s; the load is %,.0f".formatted(capacity, rate));
      try (JobWatch watch = JobWatch.start(rest)) {
        Injector injector =
            new Injector(
                supervisor,
                directory,
                samples,
                topics.requests(),
                installation.jobJar(),
                (int) (BURST_SECONDS * capacity),
                progress);
        return play(supervisor, samples, injector, watch, rate, capacity);
      }
    }
  }

  private List<String> arguments(ClusterState state) {
    return List.of(
        "--" + MillraceOptions.KAFKA_BOOTSTRAP_SERVERS.key(),
        state.bootstrapServers(),
        "--" + MillraceOptions.MODELS_REPOSITORY.key(),
        installation.models().toString());
  }

  private OpenLoopProducer producer(Supervisor supervisor, Samples samples) {
    return new OpenLoopProducer(
        // What a broker's restart holds up is sent when it is back.
        Map.of(
            "bootstrap.servers", supervisor.state().bootstrapServers(),
            "linger.ms", 2,
            "max.block.ms", 120_000,
            "reconnect.backoff.max.ms", 200),
        new OpenLoopProducer.Target(
            topics.requests(), Optional.empty(), Encoding.JSON.contentType(), samples::get));
  }

  private Consumer<byte[], byte[]> consumer(Supervisor supervisor) {
    return AnswerRecorder.connect(
        Map.of(
            "bootstrap.servers",
            supervisor.state().bootstrapServers(),
            "reconnect.backoff.max.ms",
            200),
        List.of(topics.results()));
  }

  /** Requests a second that the job answers when they never run out. */
  private double calibrate(Supervisor supervisor, Samples samples)
      throws CommandException, InterruptedException {
    progress.say("measuring what the job can do");
    LoadPlan plan =
        LoadPlan.of(Traffic.of(ArrivalSchedule.atOnce(CALIBRATION_REQUESTS), Optional.empty()));
    TimeOrigin origin = TimeOrigin.in(0);
    try (OpenLoopProducer producer = producer(supervisor, samples);
        AnswerRecorder recorder =
            AnswerRecorder.start(consumer(supervisor), plan, "calibration", origin)) {
      SendStatistics unused = producer.send(plan, "calibration", origin);
      recorder.await(TIMEOUT);
      LoadOutcome outcome = recorder.finish();
      if (outcome.unanswered() > 0) {
        throw new CommandException(
            "%d requests have no answer, and nothing has been broken yet"
                .formatted(outcome.unanswered()));
      }
      long[] answered = new long[CALIBRATION_REQUESTS];
      for (int request = 0; request < answered.length; request++) {
        answered[request] = outcome.answeredAt(request);
      }
      java.util.Arrays.sort(answered);
      int from = (int) (WARM_UP_SHARE * answered.length);
      return (answered.length - from)
          * NANOS_PER_SECOND
          / Math.max(1, answered[answered.length - 1] - answered[from]);
    }
  }

  private ChaosReport play(
      Supervisor supervisor,
      Samples samples,
      Injector injector,
      JobWatch watch,
      double rate,
      double capacity)
      throws CommandException, IOException, ExecutionException, InterruptedException {
    LoadPlan plan =
        LoadPlan.of(
            Traffic.of(
                ArrivalSchedule.poisson(rate, settings.duration(), settings.seed()),
                Optional.empty()));
    TimeOrigin origin = TimeOrigin.in(0);
    ResidentMemory memory = new ResidentMemory();
    List<Played> played = new ArrayList<>();
    try (OpenLoopProducer producer = producer(supervisor, samples);
        AnswerRecorder recorder =
            AnswerRecorder.start(consumer(supervisor), plan, "chaos", origin)) {
      CompletableFuture<SendStatistics> sending =
          CompletableFuture.supplyAsync(() -> send(producer, plan, origin));
      long end = origin.nanos() + settings.duration().minus(QUIET).toNanos();
      Sampler sampler = new Sampler(supervisor, memory, origin.nanos());
      sampler.sleep(QUIET);
      FaultSchedule faults = new FaultSchedule(settings.kinds(), new Random(settings.seed()));
      boolean answering = true;
      while (answering && System.nanoTime() - end < 0 && !sending.isDone()) {
        played.add(inject(injector, faults.next(), origin));
        answering = isAnsweringAgain(recorder, sending);
        sampler.sleep(PAUSE.plusMillis(faults.below(PAUSE.toMillis())));
      }
      await(sending, sampler);
      progress.say("the load has ended; waiting for the rest of the answers");
      recorder.await(TIMEOUT);
      LoadOutcome outcome = recorder.finish();
      Verdict verdict = audit(supervisor);
      Timeline timeline = Timeline.of(outcome, rate);
      return new ChaosReport(
          settings.seed(),
          rate,
          capacity,
          entries(played, timeline, watch, origin),
          outcome.unanswered(),
          outcome.repeats(),
          verdict,
          timeline.bySecond(),
          memory.trends());
    }
  }

  private static SendStatistics send(OpenLoopProducer producer, LoadPlan plan, TimeOrigin origin) {
    try {
      return producer.send(plan, "chaos", origin);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  private void await(CompletableFuture<SendStatistics> sending, Sampler sampler)
      throws CommandException, InterruptedException {
    while (!sending.isDone()) {
      sampler.sleep(Duration.ofSeconds(1));
    }
    int refused = sending.join().refused();
    if (refused > 0) {
      throw new CommandException(
          "the broker has refused %d requests, so that nobody can say what became of them"
              .formatted(refused));
    }
  }

  private Played inject(Injector injector, Fault fault, TimeOrigin origin)
      throws CommandException, IOException, InterruptedException {
    injector.awaitRecovery();
    long at = System.nanoTime();
    progress.say(
        "%6.1f s  %s: %s".formatted((at - origin.nanos()) / NANOS_PER_SECOND, fault, fault.what()));
    String target = injector.inject(fault);
    injector.awaitRecovery();
    return new Played(fault, target, at);
  }

  /** Waits until an answer comes: a fault that follows too soon hides what this one did. */
  private boolean isAnsweringAgain(AnswerRecorder recorder, Future<?> sending)
      throws InterruptedException {
    int before = recorder.answered();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (recorder.answered() == before && !sending.isDone()) {
      if (System.nanoTime() > deadline) {
        progress.say("no answer for %d s; no more is broken".formatted(TIMEOUT.toSeconds()));
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  /** Reads all topics, again while requests that are no part of the load are still under way. */
  private Verdict audit(Supervisor supervisor) throws ExecutionException, InterruptedException {
    progress.say("checking that every request has exactly one answer");
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try (TopicAudit audit =
          new TopicAudit(
              topics, Map.of("bootstrap.servers", supervisor.state().bootstrapServers()))) {
        Verdict verdict = audit.run();
        if (verdict.missing().count() == 0 || System.nanoTime() > deadline) {
          return verdict;
        }
      }
      TimeUnit.SECONDS.sleep(2);
    }
  }

  private static List<ChaosReport.Entry> entries(
      List<Played> played, Timeline timeline, JobWatch watch, TimeOrigin origin) {
    List<ChaosReport.Entry> entries = new ArrayList<>();
    for (int index = 0; index < played.size(); index++) {
      Played each = played.get(index);
      boolean isLast = index + 1 == played.size();
      long next = isLast ? Long.MAX_VALUE : played.get(index + 1).at();
      double at = (each.at() - origin.nanos()) / NANOS_PER_SECOND;
      double until = isLast ? Double.MAX_VALUE : (next - origin.nanos()) / NANOS_PER_SECOND;
      Timeline.Gap gap = timeline.longestGap(at, until);
      OptionalLong stopped = watch.stoppedIn(each.at(), isLast ? System.nanoTime() : next);
      OptionalDouble drained =
          timeline.drained(gap.end(), Math.min(until, gap.end() + TIMEOUT.toSeconds()));
      entries.add(
          new ChaosReport.Entry(
              each.fault(),
              each.target(),
              at,
              stopped.isPresent()
                  ? OptionalDouble.of((stopped.getAsLong() - each.at()) / NANOS_PER_SECOND)
                  : OptionalDouble.empty(),
              gap.end() - at,
              gap.seconds(),
              drained.isPresent()
                  ? OptionalDouble.of(drained.getAsDouble() - at)
                  : OptionalDouble.empty()));
    }
    return entries;
  }

  /** Sleeps, and looks at the TaskManagers' memory meanwhile. */
  private record Sampler(Supervisor supervisor, ResidentMemory memory, long begin) {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    void sleep(Duration duration) throws InterruptedException {
      long end = System.nanoTime() + duration.toNanos();
      while (System.nanoTime() - end < 0) {
        for (ClusterState.MemberState member : supervisor.state().members()) {
          if (member.name().startsWith("taskmanager") && member.process() != null) {
            memory.look(member.name(), member.process(), begin);
          }
        }
        long left = Math.min(INTERVAL.toNanos(), end - System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      }
    }
  }
}
