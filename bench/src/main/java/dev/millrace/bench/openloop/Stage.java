package dev.millrace.bench.openloop;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.load.OpenLoopProducer;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.systems.BenchContext;
import dev.millrace.bench.systems.EngineLimit;
import dev.millrace.bench.systems.Exercise;
import dev.millrace.bench.systems.Running;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workload;
import dev.millrace.bench.systems.Workloads;
import dev.millrace.jobs.MillraceOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where systems play plans, one after another, each in a job of its own on topics of its own. */
final class Stage implements AutoCloseable {
  /** Answers are seen when they are written, not when a checkpoint is complete. */
  private static final Map<String, String> OPTIONS =
      Map.of(MillraceOptions.DELIVERY_GUARANTEE.key(), "at-least-once");

  /** So many requests, so fast, that the JVMs have compiled what they are going to. */
  private static final Duration EXERCISE = Duration.ofSeconds(10);

  private static final double EXERCISE_RATE = 4_000;

  /** After so long, or so many times as long as what is measured, that has to do. */
  private static final Duration MOST_EXERCISE = Duration.ofMinutes(3);

  private static final int MOST_EXERCISE_MEASUREMENTS = 8;
  private static final Duration EXERCISE_TIMEOUT = Duration.ofMillis(100);
  private static final Duration REHEARSAL = Duration.ofSeconds(2);
  private static final int REHEARSAL_PATIENCE = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration WARM_UP_PATIENCE = Duration.ofSeconds(10);
  private static final double WARM_UP_LOAD = 0.1;
  private static final double MOST_WARM_UP_RATE = 1_000;
  private static final int WARM_UP_BATCHES = 4;

  private final TestBed bed;
  private final Workload workload;
  private final List<Workload> exercises;
  private final EngineLimit engine;
  private final Map<String, String> options;
  private final Duration mostExercise;
  private final Progress progress;
  private final Capacity firstCapacity;

  private Stage(
      TestBed bed,
      EngineLimit engine,
      Workload workload,
      List<Workload> exercises,
      Map<String, String> options,
      Duration mostExercise,
      Capacity capacity,
      Progress progress) {
    this.bed = bed;
    this.engine = engine;
    this.workload = workload;
    this.exercises = exercises;
    this.options = options;
    this.mostExercise = mostExercise;
    this.firstCapacity = capacity;
    this.progress = progress;
  }

  /**
   * Starts what systems share, loads the model and keeps it loaded, and measures the engine alone.
   *
   * @param otherwise the model when the settings name none
   */
  static Stage open(Settings settings, Progress progress, String otherwise)
      throws BenchmarkException, InterruptedException {
    return open(settings, progress, otherwise, Map.of());
  }

  /**
   * The same, of jobs that have these options too.
   *
   * @param more those of the settings win
   */
  static Stage open(
      Settings settings, Progress progress, String otherwise, Map<String, String> more)
      throws BenchmarkException, InterruptedException {
    Map<String, String> options = new TreeMap<>(OPTIONS);
    options.putAll(more);
    options.putAll(settings.options());
    String model = settings.model().orElse(otherwise);
    Workload workload =
        model.equals(TimedModel.NAME)
            ? TimedModel.ofTokens().workload(settings.encoding())
            : Workloads.load(settings, otherwise);
    progress.say("starting a broker and Flink; measuring the engine alone");
    TestBed bed = TestBed.open(settings);
    EngineLimit engine = null;
    Stage stage = null;
    try {
      engine = EngineLimit.open(workload);
      List<Workload> exercises =
          List.of(
              Workloads.noOp(settings.encoding()),
              TimedModel.ofTokens().workload(settings.encoding()));
      stage =
          new Stage(
              bed,
              engine,
              workload,
              exercises,
              options,
              settings
                  .duration()
                  .map(duration -> duration.multipliedBy(MOST_EXERCISE_MEASUREMENTS))
                  .orElse(MOST_EXERCISE),
              Capacity.find(engine),
              progress);
      return stage;
    } finally {
      if (stage == null) {
        close(engine, bed);
      }
    }
  }

  private static void close(@Nullable EngineLimit engine, TestBed bed) {
    if (engine != null) {
      engine.close();
    }
    bed.close();
  }

  Workload workload() {
    return workload;
  }

  /** What the engine did before anything else ran. */
  Capacity firstCapacity() {
    return firstCapacity;
  }

  /** What the engine does now. Nothing else may be running. */
  Capacity capacity() throws InterruptedException {
    Capacity capacity = Capacity.measure(engine, firstCapacity.batchSize());
    progress.say(
        "  engine alone: %,.0f requests/s in batches of %d, %.2f ms for one"
            .formatted(capacity.rate(), capacity.batchSize(), capacity.batchOfOneMillis()));
    return capacity;
  }

  /**
   * Has each system answer requests that nobody measures: first many on engines that need no
   * processor, one that is never busy and one that most requests come too late for, as {@link
   * Exercise} has it; then some seconds' worth on the model.
   */
  void rehearse(Collection<SystemUnderTest> systems)
      throws BenchmarkException, InterruptedException {
    progress.say("warming up");
    LoadPlan many =
        LoadPlan.of(
            new Traffic(
                "one",
                1,
                Optional.of(EXERCISE_TIMEOUT),
                ArrivalSchedule.constant(EXERCISE_RATE / 2, EXERCISE)),
            new Traffic(
                "other",
                0,
                Optional.empty(),
                ArrivalSchedule.constant(EXERCISE_RATE / 2, EXERCISE)));
    for (SystemUnderTest system : systems) {
      exercise(system, many);
    }
    int requests = (int) (REHEARSAL.toSeconds() * firstCapacity.rate());
    LoadPlan plan = LoadPlan.of(Traffic.of(ArrivalSchedule.atOnce(requests), Optional.empty()));
    for (SystemUnderTest system : systems) {
      play(system, plan, REHEARSAL.multipliedBy(REHEARSAL_PATIENCE));
    }
  }

  private void exercise(SystemUnderTest system, LoadPlan plan)
      throws BenchmarkException, InterruptedException {
    Exercise.of(
        system,
        () -> {
          for (Workload requests : exercises) {
            play(system, requests, List.of(plan), Duration.ZERO);
          }
        },
        mostExercise,
        progress);
  }

  /**
   * Has a system play a plan, after some seconds of warm-up at low load that end with a burst.
   *
   * @param patience how long after the last request answers are waited for
   */
  LoadRun.Played play(SystemUnderTest system, LoadPlan plan, Duration patience)
      throws BenchmarkException, InterruptedException {
    return play(system, workload, List.of(warmUp(), plan), patience);
  }

  /** Has a system play plans one after another, and tells what the last came to. */
  private LoadRun.Played play(
      SystemUnderTest system, Workload requests, List<LoadPlan> plans, Duration patience)
      throws BenchmarkException, InterruptedException {
    BenchContext context = bed.newRun(system.name(), requests, options);
    try (Running running = system.start(context)) {
      LoadRun load =
          new LoadRun(
              context.bootstrapServers(),
              new OpenLoopProducer.Target(
                  context.topics().requests(),
                  Optional.of(context.topics().replies()),
                  requests.encoding().contentType(),
                  requests::value),
              List.of(context.topics().replies(), context.topics().results()));
      int last = plans.size() - 1;
      for (int before = 0; before < last; before++) {
        load.play(plans.get(before), "before-" + before, WARM_UP_PATIENCE);
      }
      LoadRun.Played played = load.play(plans.get(last), "plan", patience);
      running.requireRunning();
      return played;
    } finally {
      bed.discard(context);
    }
  }

  private LoadPlan warmUp() {
    double rate = Math.min(MOST_WARM_UP_RATE, WARM_UP_LOAD * firstCapacity.rate());
    return LoadPlan.of(
        Traffic.of(ArrivalSchedule.constant(rate, WARM_UP), Optional.empty()),
        Traffic.of(
            ArrivalSchedule.atOnce(WARM_UP_BATCHES * workload.model().maximumBatchRows())
                .after(WARM_UP),
            Optional.empty()));
  }

  @Override
  public void close() {
    close(engine, bed);
  }
}
