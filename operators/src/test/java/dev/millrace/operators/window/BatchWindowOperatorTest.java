package dev.millrace.operators.window;

import static dev.millrace.operators.window.WindowHarness.MODEL;
import static dev.millrace.operators.window.WindowHarness.envelope;
import static dev.millrace.operators.window.WindowHarness.header;
import static dev.millrace.operators.window.WindowHarness.request;
import static dev.millrace.operators.window.WindowHarness.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.window.WindowHarness.Setup;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TensorResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchWindowOperatorTest {
  private static final StateBackend HEAP = new HashMapStateBackend();
  private static final StateBackend ROCKSDB = new EmbeddedRocksDBStateBackend(true);

  @Test
  void dispatchesTheFirstRequestAtOnceAndTheRestTogetherWhenTheStreamFrees() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      for (long number = 1; number <= 6; number++) {
        window.submit(number);
      }
      assertThat(batchSizes(window)).containsExactly(1);

      window.engine().finish(0);
      window.readMails();

      assertThat(batchSizes(window)).containsExactly(1, 5);
    }
  }

  @Test
  void neverMakesABatchLargerThanTheModelTakes() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      for (long number = 0; number < 30; number++) {
        window.submit(number);
      }
      window.drain();

      assertThat(batchSizes(window)).containsExactly(1, 8, 8, 8, 5);
    }
  }

  @Test
  void batchesAcrossTheLanesThatItOwns() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      for (long number = 0; number < 9; number++) {
        window.submit(number);
      }
      window.drain();

      assertThat(batchSizes(window)).containsExactly(1, 8);
      assertThat(
              LongStream.range(1, 9).map(number -> WindowHarness.subtaskOf(number, 64)).distinct())
          .as("the lanes of the second batch")
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void servesTheSmallerPriorityNumberFirst() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(0);
      for (long number = 1; number <= 20; number++) {
        window.submit(request(number, 21 - (int) number));
      }
      window.drain();

      assertThat(numbers(window.newAnswers()))
          .containsExactly(
              0L, 20L, 19L, 18L, 17L, 16L, 15L, 14L, 13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L,
              2L, 1L);
    }
  }

  @Test
  void answersEachRequestWithItsOwnOutputsAndTheSizeOfItsBatch() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      for (long number = 100; number < 105; number++) {
        window.submit(number);
      }
      window.drain();

      for (OutboundRecord answer : window.newAnswers()) {
        long number = WindowHarness.numberOf(answer);
        TensorResult result = (TensorResult) decode(answer);
        assertThat(result.outputs()).containsExactly(row(number));
        assertThat(result.model()).isEqualTo(MODEL);
        assertThat(header(answer, HeaderNames.BATCH_SIZE)).isEqualTo(number == 100 ? "1" : "4");
        assertThat(header(answer, HeaderNames.SOURCE)).isEqualTo("requests/0/" + number);
        assertThat(answer.topic()).isNull();
      }
    }
  }

  @Test
  void keepsARequestInStateUntilItsAnswerIsEmitted() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.engine().finish(0);

      assertThat(window.lanesInState()).as("done, not yet answered").isEqualTo(1);
      assertThat(window.newAnswers()).isEmpty();

      window.readMails();

      assertThat(window.lanesInState()).isZero();
      assertThat(window.newAnswers()).hasSize(1);
    }
  }

  @Test
  void scoresAgainWhatWasInFlightAtACrash() throws Exception {
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB))) {
      window.submit(1);
      window.submit(2);
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB).from(snapshot))) {
      window.drain();

      assertThat(numbers(window.newAnswers())).containsExactlyInAnyOrder(1L, 2L);
      assertThat(window.lanesInState()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aSnapshotOfTwoSubtasksRestoredAtAnyParallelismScoresEveryQueuedRequestOnce(int parallelism)
      throws Exception {
    int requests = 200;
    List<OperatorSubtaskState> snapshots = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      Setup setup = new Setup(2, subtask, ROCKSDB, null, 1_000, List.of(MODEL));
      try (WindowHarness window = WindowHarness.open(setup)) {
        for (long number = 0; number < requests; number++) {
          if (WindowHarness.subtaskOf(number, 2) == subtask) {
            window.submit(number);
          }
        }
        window.engine().finish(0);
        window.readMails();
        answered.addAll(numbers(window.newAnswers()));
        snapshots.add(window.snapshot(1));
      }
    }
    assertThat(answered).as("answered before the snapshot").hasSize(2);

    for (int subtask = 0; subtask < parallelism; subtask++) {
      OperatorSubtaskState share = WindowHarness.share(snapshots, 2, parallelism, subtask);
      Setup setup = new Setup(parallelism, subtask, ROCKSDB, share, 1_000, List.of(MODEL));
      try (WindowHarness window = WindowHarness.open(setup)) {
        assertThat(window.lanesInState()).as("subtask %d", subtask).isPositive();
        window.drain();
        answered.addAll(numbers(window.newAnswers()));
      }
    }

    assertThat(answered)
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, requests).boxed().toList());
  }

  @Test
  void servesRestoredRequestsInTheOrderInWhichTheyArrived() throws Exception {
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB))) {
      for (long number = 0; number < 40; number++) {
        window.submit(number);
      }
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB).from(snapshot))) {
      window.submit(40);
      window.drain();

      assertThat(numbers(window.newAnswers())).isSorted().hasSize(41);
    }
  }

  @Test
  void holdsBackItsInputAtTheBoundUntilARequestIsAnswered() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).keeping(2))) {
      window.submit(1);
      window.engine().finish(0);
      assertThat(window.newAnswers()).as("the completion is still in the mailbox").isEmpty();

      window.submit(2);

      assertThat(numbers(window.newAnswers()))
          .as("the second request had to wait for the first one's answer")
          .containsExactly(1L);
    }
  }

  @Test
  void answersARefusalWithoutTheEngine() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      ErrorResult refusal =
          new ErrorResult("1", ResultStatus.REJECTED, ErrorCode.MODEL_NOT_FOUND, "no such model");
      window.submit(new Admission.Refused(envelope(1, Long.MAX_VALUE, null), refusal));

      OutboundRecord answer = window.newAnswers().get(0);
      assertThat(decode(answer)).isEqualTo(refusal);
      assertThat(window.engine().started()).isEmpty();
    }
  }

  @Test
  void answersWithTheEnginesMessageWhenItFails() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.engine().fail("the model says no");
      window.readMails();

      assertThat(decode(window.newAnswers().get(0)))
          .isEqualTo(
              new ErrorResult(
                  "1", ResultStatus.FAILED, ErrorCode.ENGINE_FAILURE, "the model says no"));
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void answersWhatHasExpiredWithoutTheEngine() throws Exception {
    long now = 1_790_000_000_000L;
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.submit(
          new QueuedRequest(envelope(2, now + 10, null), MODEL, 1, 1, List.of(row(2)), List.of()));
      window.setTime(now + 10);
      window.drain();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(numbers(answers)).containsExactlyInAnyOrder(1L, 2L);
      OutboundRecord expired =
          answers.stream()
              .filter(answer -> WindowHarness.numberOf(answer) == 2)
              .findAny()
              .orElseThrow();
      assertThat(header(expired, HeaderNames.STATUS)).isEqualTo("expired");
      assertThat(batchSizes(window)).containsExactly(1);
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void repliesToTheTopicThatTheRequestNames() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      ReplyAddress reply = new ReplyAddress("millrace.replies.a", 3);
      window.submit(
          new QueuedRequest(
              envelope(1, Long.MAX_VALUE, reply), MODEL, 1, 1, List.of(row(1)), List.of()));
      window.drain();

      assertThat(window.newAnswers()).isEmpty();
      assertThat(window.replies()).hasSize(1);
      assertThat(window.replies().get(0).topic()).isEqualTo("millrace.replies.a");
      assertThat(window.replies().get(0).partition()).isEqualTo(3);
    }
  }

  @Test
  void rejectsWhatWaitedForAModelThatARestoredJobNoLongerHas() throws Exception {
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB))) {
      window.submit(1);
      snapshot = window.snapshot(1);
    }
    Setup without = Setup.alone(ROCKSDB).from(snapshot).serving(new ModelVersion("another", 1));
    try (WindowHarness window = WindowHarness.open(without)) {
      OutboundRecord answer = window.newAnswers().get(0);

      assertThat(header(answer, HeaderNames.STATUS)).isEqualTo("rejected");
      assertThat(((ErrorResult) decode(answer)).message()).contains("echo/1");
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void closesItsEngines() throws Exception {
    WindowHarness window = WindowHarness.open(Setup.alone(HEAP));
    window.close();

    assertThat(window.engine().isClosed()).isTrue();
  }

  private static Result decode(OutboundRecord answer) throws Exception {
    ResultStatus status =
        ResultStatus.fromWireName(header(answer, HeaderNames.STATUS)).orElseThrow();
    return new ResultDecoder().decode(answer.value(), Encoding.PROTOBUF, status);
  }

  private static List<Integer> batchSizes(WindowHarness window) {
    return window.engine().started().stream().map(List<EngineRequest>::size).toList();
  }

  private static List<Long> numbers(List<OutboundRecord> answers) {
    return answers.stream().map(WindowHarness::numberOf).toList();
  }
}
