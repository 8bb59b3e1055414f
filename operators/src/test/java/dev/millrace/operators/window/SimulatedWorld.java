package dev.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.operators.window.SimulatedTraffic.Entry;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.TaskRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/**
 * A world around the window that keeps Flink's and Kafka's promises: a crash takes back the
 * source's position and the answers since the last checkpoint; a full task is given no more.
 * Engines end batches in any order, are slow, fail, hang and recover. After every event the {@link
 * Promises} are checked.
 */
final class SimulatedWorld implements AutoCloseable {
  private static final int REMEMBERED_EVENTS = Integer.getInteger("millrace.simulation.events", 40);

  /**
   * Well above what a seed takes that loses nothing; a lost request would be waited for for ever.
   */
  private static final int MOST_EVENTS = 60_000;

  private final Random random;
  private final SimulatedTraffic traffic;
  private final Promises promises;
  private final TaskPromises taskPromises;
  private final int requests;
  private final Set<Long> crashes;
  private final List<Entry> topic = new ArrayList<>();
  private final Deque<String> events = new ArrayDeque<>();

  private List<Subtask> subtasks = List.of();
  private List<OperatorSubtaskState> checkpoint = List.of();
  private int checkpointParallelism;
  private long checkpointPosition;
  private Set<Long> checkpointAnswered = Set.of();
  private long position;
  private long checkpoints;
  private long now = WindowHarness.START;

  private SimulatedWorld(long seed, Set<Long> crashes, int requests) throws Exception {
    random = new Random(seed);
    traffic = new SimulatedTraffic(seed);
    promises = new Promises(traffic, topic);
    taskPromises = new TaskPromises(topic);
    this.crashes = crashes;
    this.requests = requests;
    start(1 + random.nextInt(3));
  }

  /** A subtask, and what the world knows of it. */
  private static final class Subtask {
    private final WindowHarness window;
    private final int restored;
    private final Set<ModelVersion> hanging = new HashSet<>();
    private final int[] batchesSeen;

    Subtask(WindowHarness window, int restored, int models) {
      this.window = window;
      this.restored = restored;
      this.batchesSeen = new int[models];
    }
  }

  /** Lives a seed to its end. */
  static void live(long seed) throws Exception {
    // Most lives are short, so that there can be many, and some have thousands of requests.
    live(seed, LongStream.empty(), seed % 100 == 99 ? 3_000 : 100 + (int) (seed % 7) * 30);
  }

  /**
   * The same, with more crashes.
   *
   * @param crashes behind which events
   * @return how many events there were
   */
  static int live(long seed, LongStream crashes, int requests) throws Exception {
    Set<Long> crashSet = crashes.boxed().collect(Collectors.toSet());
    try (SimulatedWorld world = new SimulatedWorld(seed, crashSet, requests)) {
      try {
        return world.live();
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            ("seed %d (crashes behind events %s, %d requests): %s%nlive it again with"
                    + " -Dtest=BatchWindowSimulationTest#livesASeedAgain -Dmillrace.simulation.seed=%d%n"
                    + "the last events:%n%s")
                .formatted(
                    seed,
                    crashSet,
                    requests,
                    e.getMessage(),
                    seed,
                    String.join(System.lineSeparator(), world.events)),
            e);
      }
    }
  }

  private int live() throws Exception {
    int event = 0;
    for (; promises.committed() < requests; event++) {
      assertThat(event).as("requests are lost").isLessThan(MOST_EVENTS);
      happen(random.nextInt(100));
      look();
      if (crashes.contains((long) event)) {
        crash();
        look();
      }
    }
    for (Subtask subtask : subtasks) {
      assertThat(subtask.window.lanesInState()).as("left in state").isZero();
      assertThat(subtask.window.lanesInState("held-answers")).as("left in state").isZero();
    }
    return event;
  }

  private void happen(int what) throws Exception {
    if (what < 3) {
      completeCheckpoint();
    } else if (what < 4) {
      abortCheckpoint();
    } else if (what < 5) {
      crash();
    } else if (what < 8) {
      hangOrRecover();
    } else if (what < 20) {
      passTime();
    } else if (what < 60) {
      arrive();
    } else if (what < 90) {
      endABatch();
    } else {
      readMails();
    }
  }

  private void note(String event) {
    events.add(event);
    if (events.size() > REMEMBERED_EVENTS) {
      events.remove();
    }
  }

  private void arrive() throws Exception {
    if (position == topic.size()) {
      if (topic.size() == requests) {
        return;
      }
      topic.add(traffic.next(topic.size(), now));
    }
    Entry entry = topic.get((int) position);
    int index =
        WindowHarness.subtaskOf(
            entry.admission(), traffic.setup().answers().order(), subtasks.size());
    Subtask subtask = subtasks.get(index);
    boolean heldBack = !traffic.sheds() || traffic.keepsOrder();
    if (heldBack && subtask.window.pending() >= traffic.setup().queue().maximumPending()) {
      note("record %d is held back".formatted(position));
      return;
    }
    if (heldBack && isModelFull(subtask, entry)) {
      note("record %d is held back by its model".formatted(position));
      return;
    }
    note("record %d: %s".formatted(position, entry));
    promises.given(position, index);
    position++;
    subtask.window.submit(entry.admission());
  }

  /** Would hold the task back for ever, since here nothing goes on while it waits. */
  private boolean isModelFull(Subtask subtask, Entry entry) {
    ModelSpec model =
        traffic.setup().models().stream()
            .filter(spec -> spec.version().equals(entry.ask().model()))
            .findAny()
            .orElseThrow();
    return subtask.window.queued(model.version()) >= model.policy().maximumPending();
  }

  private void endABatch() throws Exception {
    int index = random.nextInt(subtasks.size());
    Subtask subtask = subtasks.get(index);
    List<ModelSpec> models = traffic.setup().models();
    ModelVersion model = models.get(random.nextInt(models.size())).version();
    SettableEngine engine = subtask.window.engine(model);
    int running = engine.runningBatches();
    boolean hangs = subtask.hanging.contains(model) && topic.size() < requests;
    if (running == 0 || hangs) {
      return;
    }
    boolean fails = random.nextInt(20) == 0;
    if (fails) {
      promises.engineFails();
    }
    note(
        "subtask %d: an engine of %s ends a batch%s"
            .formatted(index, model, fails ? ", failing" : ""));
    engine.finish(random.nextInt(running), request -> outcome(request, fails));
    // The mailbox need not be read before the next event.
    if (random.nextBoolean()) {
      subtask.window.readMails();
    }
  }

  private static Outcome outcome(EngineRequest request, boolean fails) {
    if (fails) {
      return new Outcome.Failed("the engine fails");
    }
    return SimulatedTraffic.isPoison(Ask.numberIn(request.inputs().get(0)))
        ? new Outcome.Failed("poison")
        : new Outcome.Scored(request.inputs());
  }

  private void hangOrRecover() {
    Subtask subtask = subtasks.get(random.nextInt(subtasks.size()));
    List<ModelSpec> models = traffic.setup().models();
    ModelVersion model = models.get(random.nextInt(models.size())).version();
    if (!subtask.hanging.remove(model)) {
      subtask.hanging.add(model);
    }
    subtask.window.engine(model).stopsOnCancel(random.nextBoolean());
    note("engines of %s hang or recover".formatted(model));
  }

  private void passTime() throws Exception {
    now += 1 + random.nextInt(30);
    note("time is %d".formatted(now - WindowHarness.START));
    for (Subtask subtask : subtasks) {
      subtask.window.setTime(now);
    }
  }

  private void readMails() throws Exception {
    int index = random.nextInt(subtasks.size());
    note("subtask %d reads its mails".formatted(index));
    subtasks.get(index).window.readMails();
  }

  private void completeCheckpoint() throws Exception {
    note("checkpoint");
    checkpoint = snapshot();
    checkpointParallelism = subtasks.size();
    checkpointPosition = position;
    promises.checkpointCompleted();
    taskPromises.checkpointCompleted();
    checkpointAnswered =
        LongStream.range(0, position)
            .filter(promises::isAnswered)
            .boxed()
            .collect(Collectors.toSet());
  }

  private void abortCheckpoint() throws Exception {
    note("a checkpoint that is aborted");
    snapshot();
  }

  private List<OperatorSubtaskState> snapshot() throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    checkpoints++;
    for (Subtask subtask : subtasks) {
      states.add(subtask.window.snapshot(checkpoints));
    }
    return states;
  }

  private void crash() throws Exception {
    close();
    promises.crashed();
    taskPromises.crashed();
    position = checkpointPosition;
    int parallelism = 1 + random.nextInt(3);
    note("crash; back at record %d with parallelism %d".formatted(position, parallelism));
    start(parallelism);
  }

  private void start(int parallelism) throws Exception {
    int[] restored = new int[parallelism];
    for (long number = 0; number < checkpointPosition; number++) {
      if (!checkpointAnswered.contains(number)) {
        int owner =
            WindowHarness.subtaskOf(
                topic.get((int) number).admission(),
                traffic.setup().answers().order(),
                parallelism);
        promises.given(number, owner);
        restored[owner]++;
      }
    }
    List<Subtask> started = new ArrayList<>();
    for (int index = 0; index < parallelism; index++) {
      OperatorSubtaskState state =
          checkpoint.isEmpty()
              ? null
              : WindowHarness.share(checkpoint, checkpointParallelism, parallelism, index);
      Setup setup = traffic.setup().subtask(index, parallelism).from(state);
      started.add(
          new Subtask(
              WindowHarness.open(setup, now), restored[index], traffic.setup().models().size()));
    }
    subtasks = started;
  }

  /** Sees what the last event has brought, and checks all promises. */
  private void look() throws Exception {
    int pending = 0;
    for (int index = 0; index < subtasks.size(); index++) {
      Subtask subtask = subtasks.get(index);
      for (OutboundRecord answer : subtask.window.newAnswers()) {
        promises.answered(answer, position);
        taskPromises.answered(answer);
      }
      for (TaskRecord task : subtask.window.newTasks()) {
        taskPromises.told(task);
      }
      taskPromises.check();
      lookAtBatches(subtask, index);
      lookAtBounds(subtask);
      pending += subtask.window.pending();
    }
    assertThat(pending + promises.answered())
        .as("conservation: %d are pending, %d answered", pending, promises.answered())
        .isEqualTo((int) position);
  }

  private void lookAtBatches(Subtask subtask, int index) {
    List<ModelSpec> models = traffic.setup().models();
    for (int model = 0; model < models.size(); model++) {
      ModelVersion version = models.get(model).version();
      SettableEngine engine = subtask.window.engine(version);
      List<List<EngineRequest>> batches = engine.started();
      for (; subtask.batchesSeen[model] < batches.size(); subtask.batchesSeen[model]++) {
        promises.started(batches.get(subtask.batchesSeen[model]), version, index, now);
      }
      if (!subtask.window.hasMail() && !traffic.lingers() && engine.capacity() > 0) {
        assertThat(subtask.window.queued(version))
            .as("work conservation: requests that wait for an idle engine")
            .isZero();
      }
    }
  }

  private void lookAtBounds(Subtask subtask) {
    assertThat(subtask.window.pending())
        .as("requests pending in a task")
        .isLessThanOrEqualTo(Math.max(subtask.restored, traffic.setup().queue().maximumPending()));
    for (ModelSpec model : traffic.setup().models()) {
      // Where requests share results, one that followed another waits itself when that is
      // cancelled.
      if (model.policy().cacheTtl() == null) {
        assertThat(subtask.window.queued(model.version()))
            .as("requests that wait for model %s", model.version())
            .isLessThanOrEqualTo(Math.max(subtask.restored, model.policy().maximumPending()));
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (Subtask subtask : subtasks) {
      subtask.window.close();
    }
  }
}
