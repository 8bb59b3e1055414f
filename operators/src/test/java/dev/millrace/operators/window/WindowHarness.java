package dev.millrace.operators.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.lanes.Lanes;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/**
 * One subtask of the window with an engine that the test sets. Not a mock: the operator, its state
 * and its mailbox are Flink's.
 */
final class WindowHarness implements AutoCloseable {
  static final int LANES = 64;
  static final int BATCH_SIZE = 8;
  static final ModelVersion MODEL = new ModelVersion("echo", 1);

  private static final Lanes lanes = new Lanes(LANES);

  private final KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord> harness;
  private final SettableEngine engine;
  private int answersSeen;

  private WindowHarness(
      KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord> harness,
      SettableEngine engine) {
    this.harness = harness;
    this.engine = engine;
  }

  /** Which of how many subtasks, on which backend, from which state, and how much it may keep. */
  record Setup(
      int parallelism,
      int subtask,
      StateBackend backend,
      @Nullable OperatorSubtaskState state,
      int maximumPending,
      List<ModelVersion> models) {
    static Setup alone(StateBackend backend) {
      return new Setup(1, 0, backend, null, 1_000_000, List.of(MODEL));
    }

    Setup keeping(int most) {
      return new Setup(parallelism, subtask, backend, state, most, models);
    }

    Setup serving(ModelVersion... served) {
      return new Setup(parallelism, subtask, backend, state, maximumPending, List.of(served));
    }

    Setup from(OperatorSubtaskState restored) {
      return new Setup(parallelism, subtask, backend, restored, maximumPending, models);
    }
  }

  static WindowHarness open(Setup setup) throws Exception {
    SettableEngine engine = new SettableEngine(1, BATCH_SIZE);
    WindowSettings settings =
        new WindowSettings(
            setup.models().stream().map(WindowHarness::spec).toList(),
            (model, subtask) -> engine,
            BATCH_SIZE,
            setup.maximumPending(),
            1 << 20);
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<Integer, Admission, OutboundRecord>(
            new BatchWindowOperatorFactory(settings),
            WindowHarness::laneKey,
            Types.INT,
            LANES,
            setup.parallelism(),
            setup.subtask());
    harness.setStateBackend(setup.backend());
    harness.setCheckpointStorage(new JobManagerCheckpointStorage(64 << 20));
    harness.setProcessingTime(1_790_000_000_000L);
    harness.setup();
    if (setup.state() != null) {
      harness.initializeState(setup.state());
    }
    harness.open();
    WindowHarness opened = new WindowHarness(harness, engine);
    opened.readMails();
    return opened;
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

  static ModelSpec spec(ModelVersion version) {
    TensorSpec row = new TensorSpec("x", Datatype.INT64, List.of(-1L));
    return new ModelSpec(
        version,
        "/nowhere",
        "none.pt",
        new ModelSignature(List.of(row), List.of(row)),
        ServingPolicy.ofBatches(BATCH_SIZE),
        Map.of());
  }

  /** The subtask that a request goes to. */
  static int subtaskOf(long number, int parallelism) {
    int lane = lanes.laneOf(null, source(number));
    return lane * parallelism / LANES;
  }

  static QueuedRequest request(long number, int priority) {
    return new QueuedRequest(
        envelope(number, Envelope.NO_DEADLINE, null),
        MODEL,
        priority,
        1,
        List.of(row(number)),
        List.of());
  }

  static Envelope envelope(long number, long deadline, @Nullable ReplyAddress reply) {
    return new Envelope(
        Long.toString(number),
        source(number),
        null,
        0,
        0,
        deadline,
        "default",
        List.of(),
        reply,
        Encoding.PROTOBUF);
  }

  static Tensor row(long number) {
    byte[] data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    return new Tensor("x", Datatype.INT64, new long[] {1}, data);
  }

  private static RecordCoordinates source(long number) {
    return new RecordCoordinates("requests", 0, number);
  }

  private static int laneKey(Admission admission) {
    Envelope envelope = admission.envelope();
    return lanes.keyOf(lanes.laneOf(envelope.key(), envelope.source()));
  }

  SettableEngine engine() {
    return engine;
  }

  void submit(long number) throws Exception {
    submit(request(number, 1));
  }

  void submit(QueuedRequest request) throws Exception {
    submit(new Admission.Accepted(request));
  }

  void submit(Admission admission) throws Exception {
    harness.processElement(new StreamRecord<>(admission));
  }

  /** Runs what the engine has put into the mailbox. */
  void readMails() throws Exception {
    var mailbox = harness.getTaskMailbox();
    for (var mail = mailbox.tryTake(0); mail.isPresent(); mail = mailbox.tryTake(0)) {
      mail.get().run();
    }
  }

  /** Lets the engine end all that it was and will be given. */
  void drain() throws Exception {
    while (engine.runningBatches() > 0) {
      engine.finish(0);
      readMails();
    }
  }

  void setTime(long now) throws Exception {
    harness.setProcessingTime(now);
  }

  OperatorSubtaskState snapshot(long checkpoint) throws Exception {
    return harness.snapshot(checkpoint, checkpoint);
  }

  /** How many lanes hold requests. */
  long lanesInState() {
    try (Stream<?> lanes =
        harness
            .getOperator()
            .getKeyedStateBackend()
            .getKeys("waiting-requests", VoidNamespace.INSTANCE)) {
      return lanes.count();
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

  List<OutboundRecord> replies() {
    var replies = harness.getSideOutput(BatchWindowOperator.REPLIES);
    return replies == null ? List.of() : replies.stream().map(StreamRecord::getValue).toList();
  }

  static long numberOf(OutboundRecord answer) {
    return Long.parseLong(header(answer, HeaderNames.REQUEST_ID));
  }

  static String header(OutboundRecord answer, String name) {
    for (RecordHeader header : answer.headers()) {
      byte[] value = header.value();
      if (header.name().equals(name) && value != null) {
        return new String(value, UTF_8);
      }
    }
    throw new AssertionError("no header " + name + " in " + answer);
  }

  /** As a crash does: nothing is flushed or answered. */
  @Override
  public void close() throws Exception {
    harness.close();
  }
}
