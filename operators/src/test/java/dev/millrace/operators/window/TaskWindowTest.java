package dev.millrace.operators.window;

import static dev.millrace.operators.window.WindowHarness.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.lanes.Order;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.TaskStatus;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of requests that are tasks, on their way through the window. */
class TaskWindowTest {
  private static final StateBackend HEAP = new HashMapStateBackend();
  private static final StateBackend ROCKSDB = new EmbeddedRocksDBStateBackend(true);
  private static final ModelReference MODEL = new ModelReference("echo", "1");

  @Test
  void tellsTheLifeOfATask() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(0);
      window.setTime(START + 10);
      window.submit(Ask.of(1).asTask());
      window.submit(Ask.of(2).asTask());
      assertThat(lives(window.newTasks())).containsExactly("1 queued", "2 queued");

      window.setTime(START + 15);
      window.engine().finish(0);
      window.readMails();
      List<TaskRecord> running = window.newTasks();
      assertThat(lives(running)).containsExactly("1 running", "2 running");
      assertThat(running.get(0))
          .isEqualTo(state(TaskStatus.RUNNING, new Times(0, START + 15, null), 2, null));

      window.setTime(START + 40);
      window.engine().finish(0);
      assertThat(window.newTasks()).as("before it is answered").isEmpty();
      window.readMails();
      List<TaskRecord> ended = window.newTasks();
      assertThat(lives(ended)).containsExactly("1 succeeded", "2 succeeded");
      assertThat(ended.get(0))
          .as("in JSON, though the answer is protobuf")
          .isEqualTo(
              state(
                  TaskStatus.SUCCEEDED,
                  new Times(0, START + 15, START + 40),
                  2,
                  "{\"model_name\":\"echo\",\"model_version\":\"1\",\"id\":\"id-1\",\"outputs\":"
                      + "[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[1]}]}"));
      assertThat(window.newAnswers()).hasSize(3);
    }
  }

  @Test
  void tellsNothingOfRequestsThatAreNoTasks() throws Exception {
    try (WindowHarness window =
        WindowHarness.open(Setup.alone(HEAP).bounded(3, 1_000, Overflow.REJECT))) {
      window.submit(1);
      window.submit(Ask.of(2).deadline(START + 10));
      window.submit(3);
      window.submit(4);
      window.submit(Ask.of(5).cancelling("id-3"));
      window.submit(refused(Ask.of(6)));
      window.setTime(START + 10);
      window.drain();

      assertThat(window.newAnswers()).hasSize(6);
      assertThat(window.newTasks()).isEmpty();
    }
  }

  @Test
  void aTaskThatIsRefusedHasFailedAtOnce() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(refused(Ask.of(1).asTask()));

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("1 failed");
      assertThat(tasks.get(0).model()).isEqualTo(new ModelReference("nobody", null));
      assertThat(tasks.get(0).times()).isEqualTo(new Times(0, null, START));
      assertThat(tasks.get(0).fault())
          .isEqualTo(
              new TaskRecord.Fault(
                  "model_not_found", "no such model", "invalid_request_error", "model"));
    }
  }

  @Test
  void aTaskForWhichThereIsNoRoomHasFailedAndMayComeAgain() throws Exception {
    try (WindowHarness window =
        WindowHarness.open(Setup.alone(HEAP).bounded(1, 1_000, Overflow.REJECT))) {
      window.submit(1);
      window.submit(Ask.of(2).id("x").asTask());
      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("2 failed");
      assertThat(tasks.get(0).model()).isEqualTo(MODEL);
      assertThat(fault(tasks.get(0)).code()).isEqualTo("overloaded");

      window.drain();
      window.submit(Ask.of(3).id("x").asTask());
      window.drain();
      assertThat(lives(window.newTasks())).containsExactly("3 queued", "3 running", "3 succeeded");
    }
  }

  @Test
  void aTaskThatMakesRoomForAnotherHasFailedAndMayComeAgain() throws Exception {
    Setup setup = Setup.alone(HEAP).bounded(2, 1_000, Overflow.DROP_LOWEST_PRIORITY);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(1);
      window.submit(Ask.of(2).id("x").priority(5).asTask());
      window.submit(Ask.of(3).priority(1));
      assertThat(lives(window.newTasks())).containsExactly("2 queued", "2 failed");

      window.drain();
      window.submit(Ask.of(4).id("x").asTask());
      assertThat(lives(window.newTasks())).containsExactly("4 queued", "4 running");
    }
  }

  @Test
  void aTaskWhoseDeadlinePassesHasExpired() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.submit(Ask.of(2).deadline(START + 10).asTask());
      window.setTime(START + 11);

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("2 queued", "2 expired");
      assertThat(tasks.get(1).times()).isEqualTo(new Times(0, null, START + 11));
      assertThat(tasks.get(1).batchSize()).isZero();
      assertThat(fault(tasks.get(1)).code()).isEqualTo("deadline_exceeded");
    }
  }

  @Test
  void aTaskThatIsTakenBackIsCancelledWhereverItIs() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.engine().stopsOnCancel(true);
      window.submit(Ask.of(1).asTask());
      window.submit(Ask.of(2).asTask());
      window.submit(Ask.of(3).cancelling("id-2"));
      window.submit(Ask.of(4).cancelling("id-1"));
      window.readMails();

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks))
          .containsExactly("1 queued", "1 running", "2 queued", "2 cancelled", "1 cancelled");
      assertThat(tasks.get(3).times().started()).isNull();
      assertThat(tasks.get(4).times().started()).isEqualTo(START);
      assertThat(fault(tasks.get(4)).code()).isEqualTo("cancelled");
    }
  }

  @Test
  void aTaskWhoseEngineFailsHasFailed() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(Ask.of(1).asTask());
      window.engine().fail("the model says no");
      window.readMails();

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("1 queued", "1 running", "1 failed");
      assertThat(tasks.get(2).batchSize()).isEqualTo(1);
      assertThat(fault(tasks.get(2)))
          .isEqualTo(
              new TaskRecord.Fault("engine_failure", "the model says no", "server_error", null));
    }
  }

  /** Whether or not others are deduplicated, here for a shorter time. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRetryIsADuplicateAndTheFirstKeepsItsHistory(boolean othersToo) throws Exception {
    Setup setup = Setup.alone(ROCKSDB);
    if (othersToo) {
      setup = setup.dedup(Duration.ofSeconds(5));
    }
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).id("x").asTask());
      window.drain();
      assertThat(lives(window.newTasks())).hasSize(3);
      window.newAnswers();

      window.submit(Ask.of(2).id("x").asTask());
      assertThat(window.newTasks()).isEmpty();
      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("rejected");
      snapshot = window.snapshot(1);
    }
    long almost = START + Setup.TASK_DEDUP.toMillis() - 1;
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot), almost)) {
      window.submit(Ask.of(3).id("x").asTask());
      assertThat(window.newTasks()).isEmpty();
      window.submit(Ask.of(4).id("x").tenant("another").asTask());
      window.submit(Ask.of(5).id("x"));
      assertThat(lives(window.newTasks())).containsExactly("4 queued", "4 running");
      window.drain();

      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("rejected", "ok", "ok");
    }
  }

  /** Nobody else would tell of it. */
  @Test
  void aTaskThatIsTheDuplicateOfNoTaskHasFailed() throws Exception {
    try (WindowHarness window =
        WindowHarness.open(Setup.alone(HEAP).dedup(Duration.ofMinutes(10)))) {
      window.submit(Ask.of(1).id("x"));
      window.submit(Ask.of(2).id("x").asTask());
      window.submit(refused(Ask.of(3).id("x").asTask()));

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("2 failed", "3 failed");
      assertThat(fault(tasks.get(0)).code()).isEqualTo("duplicate_request");
    }
  }

  @Test
  void aTaskIsKnownToBeOneForAsLongAsItsIdIs() throws Exception {
    Duration longer = Setup.TASK_DEDUP.multipliedBy(2);
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).dedup(longer))) {
      window.submit(Ask.of(1).id("x").asTask());
      window.drain();
      window.newTasks();
      window.newAnswers();
      window.setTime(START + longer.toMillis() - 1);

      window.submit(Ask.of(2).id("x").asTask());
      assertThat(window.newTasks()).isEmpty();
      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("rejected");
    }
  }

  @Test
  void theIdOfATaskIsForgottenInTheEnd() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(Ask.of(1).id("x").asTask());
      window.drain();
      window.newTasks();
      window.setTime(START + Setup.TASK_DEDUP.toMillis() + 1);

      window.submit(Ask.of(2).id("x").asTask());
      assertThat(lives(window.newTasks())).containsExactly("2 queued", "2 running");
    }
  }

  @Test
  void requestsThatAreNoTasksMayStillComeAgain() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(Ask.of(1).id("x"));
      window.submit(Ask.of(2).id("x"));
      window.drain();

      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("ok", "ok");
    }
  }

  @Test
  void aRefusalUnderTheIdOfATaskDoesNotTouchItsHistory() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(Ask.of(1).id("x").asTask());
      window.drain();
      window.newTasks();
      window.newAnswers();

      window.submit(refused(Ask.of(2).id("x").asTask()));

      assertThat(window.newTasks()).isEmpty();
      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("rejected");
    }
  }

  @Test
  void aTaskThatIsRestoredRunsAgainAndEndsOnce() throws Exception {
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).heap(1 << 20))) {
      window.submit(Ask.of(1).asTask());
      window.submit(Ask.of(2).asTask());
      assertThat(lives(window.newTasks())).containsExactly("1 queued", "1 running", "2 queued");
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).from(snapshot))) {
      window.drain();

      assertThat(lives(window.newTasks()))
          .containsExactlyInAnyOrder("1 running", "2 running", "1 succeeded", "2 succeeded");
      snapshot = window.snapshot(2);
    }
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).from(snapshot))) {
      window.drain();

      assertThat(window.newTasks()).isEmpty();
    }
  }

  @Test
  void aTaskEndsWhenItsAnswerIsNoLongerHeldForThoseOfItsKey() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).order(Order.KEY).streams(2);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).key("a"));
      window.submit(Ask.of(2).key("a").asTask());
      window.submit(refused(Ask.of(3).key("a").asTask()));
      window.engine().finish(1);
      window.readMails();
      assertThat(lives(window.newTasks())).containsExactly("2 queued", "2 running");
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.drain();

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("2 running", "2 succeeded", "3 failed");
      assertThat(tasks.get(2).model()).isEqualTo(new ModelReference("nobody", null));
    }
  }

  @Test
  void aTaskThatIsAnsweredWithTheResultOfAnotherNeverRuns() throws Exception {
    Setup setup = Setup.alone(HEAP).serving(Setup.cached(Duration.ofMinutes(1)));
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).content(7).asTask());
      window.submit(Ask.of(2).content(7).asTask());
      window.drain();
      window.submit(Ask.of(3).content(7).asTask());

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks))
          .containsExactly(
              "1 queued",
              "1 running",
              "2 queued",
              "1 succeeded",
              "2 succeeded",
              "3 queued",
              "3 succeeded");
      assertThat(tasks.get(4).times().started()).isNull();
      assertThat(tasks.get(4).result()).contains("\"id\":\"id-2\"");
    }
  }

  @Test
  void aTaskThatIsAnsweredElsewhereHasItsHistoryToo() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(Ask.of(1).reply(new ReplyAddress("millrace.replies.a", 3)).asTask());
      window.drain();

      assertThat(lives(window.newTasks())).containsExactly("1 queued", "1 running", "1 succeeded");
      assertThat(window.newReplies()).hasSize(1);
    }
  }

  @Test
  void aTextHasItsHistoryToo() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).generating(1);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).asTask().completion(1, false));
      window.textEngine().generate(0, 2);
      window.readMails();
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.textEngine().end(0);
      window.readMails();

      List<TaskRecord> tasks = window.newTasks();
      assertThat(lives(tasks)).containsExactly("1 running", "1 succeeded");
      assertThat(tasks.get(1).result()).contains("\"object\":\"text_completion\"", "\"0 1 \"");
    }
  }

  private static Admission refused(Ask ask) {
    return new Admission.Refused(
        ask.envelope(),
        new ModelReference("nobody", null),
        new ErrorResult(
            ask.id(),
            ResultStatus.REJECTED,
            ErrorCode.MODEL_NOT_FOUND,
            "no such model",
            "model",
            null));
  }

  /** The number of each task and what is told of it. */
  private static List<String> lives(List<TaskRecord> tasks) {
    return tasks.stream()
        .map(task -> task.source().offset() + " " + task.status().wireName())
        .toList();
  }

  private static TaskRecord.Fault fault(TaskRecord task) {
    TaskRecord.Fault fault = task.fault();
    if (fault == null) {
      throw new AssertionError("no error in " + task);
    }
    return fault;
  }

  private static TaskRecord state(
      TaskStatus status, Times times, int batchSize, @Nullable String result) {
    return new TaskRecord(
        "default",
        "id-1",
        new RecordCoordinates("requests", 0, 1),
        status,
        MODEL,
        times,
        batchSize,
        result,
        null);
  }
}
