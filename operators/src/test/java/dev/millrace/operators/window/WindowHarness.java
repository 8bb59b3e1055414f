package dev.millrace.operators.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.lanes.LaneRouting;
import dev.millrace.operators.lanes.Lanes;
import dev.millrace.operators.lanes.Order;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.MalformedTaskException;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.json.TaskRecordReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/**
 * One subtask of the window with engines that the test sets. Not a mock: the operator, its state
 * and its mailbox are Flink's. Time is the test's.
 */
final class WindowHarness implements AutoCloseable {
  static final int LANES = 64;
  static final long START = 1_790_000_000_000L;

  private static final Lanes lanes = new Lanes(LANES);

  private final KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord> harness;
  private final Map<ModelVersion, SettableEngine> engines;
  private final Map<ModelVersion, SettableTextEngine> textEngines;
  private final Setup setup;

  /** What the operator's clock of nanoseconds reads, in milliseconds. */
  private final long[] time;

  private int answersSeen;
  private int repliesSeen;
  private int tasksSeen;

  private WindowHarness(
      KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord> harness,
      Map<ModelVersion, SettableEngine> engines,
      Map<ModelVersion, SettableTextEngine> textEngines,
      Setup setup,
      long[] time) {
    this.time = time;
    this.harness = harness;
    this.engines = engines;
    this.textEngines = textEngines;
    this.setup = setup;
  }

  static WindowHarness open(Setup setup) throws Exception {
    return open(setup, START);
  }

  static WindowHarness open(Setup setup, long now) throws Exception {
    Map<ModelVersion, SettableEngine> engines = new HashMap<>();
    Map<ModelVersion, SettableTextEngine> textEngines = new HashMap<>();
    for (ModelSpec model : setup.models()) {
      TextModelSpec text = model.text();
      if (text == null) {
        engines.put(model.version(), new SettableEngine(setup.streams(), Setup.BATCH_SIZE));
      } else {
        textEngines.put(model.version(), new SettableTextEngine(text.slots()));
      }
    }
    WindowSettings settings =
        new WindowSettings(
            setup.models(),
            (model, gpus) ->
                Objects.requireNonNull(
                    (model.text() == null ? engines : textEngines).get(model.version())),
            Setup.BATCH_SIZE,
            setup.queue(),
            setup.answers());
    long[] time = {now};
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord>(
            new BatchWindowOperatorFactory(settings, () -> time[0] * 1_000_000),
            routing(setup.answers().order()),
            Types.INT,
            LANES,
            setup.parallelism(),
            setup.subtask());
    harness.setStateBackend(setup.backend());
    harness.setCheckpointStorage(new JobManagerCheckpointStorage(64 << 20));
    harness.setProcessingTime(now);
    harness.setStateTtlProcessingTime(now);
    harness.setup();
    if (setup.state() != null) {
      harness.initializeState(setup.state());
    }
    harness.open();
    WindowHarness opened = new WindowHarness(harness, engines, textEngines, setup, time);
    opened.readMails();
    return opened;
  }

  private static LaneRouting routing(Order order) {
    return new LaneRouting(lanes, order);
  }

  /**
   * The part of a snapshot of several subtasks that one subtask of another parallelism restores.
   */
  static OperatorSubtaskState share(
      List<OperatorSubtaskState> snapshots, int before, int after, int subtask) throws Exception {
    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            snapshots.toArray(OperatorSubtaskState[]::new));
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        all, LANES, before, after, subtask);
  }

  /** The subtask that a record goes to. */
  static int subtaskOf(Admission admission, Order order, int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        routing(order).getKey(admission), LANES, parallelism);
  }

  /** The engine of the first model. */
  SettableEngine engine() {
    return engine(setup.models().get(0).version());
  }

  SettableEngine engine(ModelVersion model) {
    return Objects.requireNonNull(engines.get(model));
  }

  /** The engine of the first model, which generates text. */
  SettableTextEngine textEngine() {
    return Objects.requireNonNull(textEngines.get(setup.models().get(0).version()));
  }

  void submit(long number) throws Exception {
    submit(Ask.of(number));
  }

  void submit(Ask ask) throws Exception {
    submit(ask.admission());
  }

  void submit(Admission admission) throws Exception {
    harness.processElement(new StreamRecord<>(admission));
  }

  /** Runs what the engines have put into the mailbox. */
  void readMails() throws Exception {
    var mailbox = harness.getTaskMailbox();
    for (var mail = mailbox.tryTake(0); mail.isPresent(); mail = mailbox.tryTake(0)) {
      mail.get().run();
    }
  }

  boolean hasMail() {
    return harness.getTaskMailbox().hasMail();
  }

  /** Lets the engines end all that they were and will be given. */
  void drain() throws Exception {
    for (boolean idle = false; !idle; ) {
      idle = true;
      for (SettableEngine engine : engines.values()) {
        while (engine.runningBatches() > 0) {
          idle = false;
          engine.finish(0);
          readMails();
        }
      }
    }
  }

  /** Moves the clocks, and rings the timers that are due. */
  void setTime(long now) throws Exception {
    time[0] = now;
    harness.setStateTtlProcessingTime(now);
    harness.setProcessingTime(now);
  }

  OperatorSubtaskState snapshot(long checkpoint) throws Exception {
    return harness.snapshot(checkpoint, checkpoint);
  }

  /** How many requests are not answered yet. */
  int pending() {
    return operator().pending();
  }

  /** How many requests wait in the queue of a model. */
  int queued(ModelVersion model) {
    return operator().queued(model);
  }

  private BatchWindowOperator operator() {
    return (BatchWindowOperator) harness.getOperator();
  }

  /** How many lanes hold requests in keyed state. */
  long lanesInState() {
    return lanesInState("waiting-requests");
  }

  long lanesInState(String state) {
    try (Stream<?> keys =
        operator().getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
      return keys.count();
    }
  }

  void endInput() throws Exception {
    harness.endInput();
  }

  /** The answers on the result topic since this was last asked. */
  List<OutboundRecord> newAnswers() {
    List<OutboundRecord> all = harness.extractOutputValues();
    List<OutboundRecord> fresh = new ArrayList<>(all.subList(answersSeen, all.size()));
    answersSeen = all.size();
    return fresh;
  }

  /** The answers to the topics that requests named since this was last asked. */
  List<OutboundRecord> newReplies() {
    var replies = harness.getSideOutput(BatchWindowOperator.REPLIES);
    if (replies == null) {
      return List.of();
    }
    List<OutboundRecord> fresh =
        replies.stream().skip(repliesSeen).map(StreamRecord::getValue).toList();
    repliesSeen = replies.size();
    return fresh;
  }

  /** The states of tasks since this was last asked. */
  List<TaskRecord> newTasks() throws MalformedTaskException {
    var states = harness.getSideOutput(BatchWindowOperator.TASKS);
    if (states == null) {
      return List.of();
    }
    List<TaskRecord> fresh = new ArrayList<>();
    for (StreamRecord<OutboundRecord> state : states.stream().skip(tasksSeen).toList()) {
      fresh.add(new TaskRecordReader().read(state.getValue().value()));
    }
    tasksSeen = states.size();
    return fresh;
  }

  /** The number of the request that is answered. */
  static long numberOf(OutboundRecord answer) {
    return RecordCoordinates.parse(header(answer, HeaderNames.SOURCE)).offset();
  }

  static String statusOf(OutboundRecord answer) {
    return header(answer, HeaderNames.STATUS);
  }

  static String header(OutboundRecord answer, String name) {
    return find(answer, name)
        .orElseThrow(() -> new AssertionError("no header " + name + " in " + answer));
  }

  static Optional<String> find(OutboundRecord answer, String name) {
    for (RecordHeader header : answer.headers()) {
      byte[] value = header.value();
      if (header.name().equals(name) && value != null) {
        return Optional.of(new String(value, UTF_8));
      }
    }
    return Optional.empty();
  }

  /** As a crash does: nothing is flushed or answered. */
  @Override
  public void close() throws Exception {
    harness.close();
  }
}
