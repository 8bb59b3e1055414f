package dev.millrace.operators.window;

import static dev.millrace.operators.window.WindowHarness.START;
import static dev.millrace.operators.window.WindowHarness.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.lanes.Order;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      assertThat(LongStream.range(1, 9).map(number -> subtaskOf(number, 64)).distinct())
          .as("the lanes of the second batch")
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void servesTheSmallerPriorityNumberFirst() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(0);
      for (long number = 1; number <= 20; number++) {
        window.submit(Ask.of(number).priority(21 - (int) number));
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
        assertThat(result.outputs()).containsExactly(Ask.row(number));
        assertThat(result.model()).isEqualTo(Ask.MODEL);
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
  @CsvSource({"1, 0", "2, 0", "3, 0", "1, 1000000", "2, 1000000", "3, 1000000", "3, 50000"})
  void aSnapshotOfTwoSubtasksRestoredAtAnyParallelismScoresEveryQueuedRequestOnce(
      int parallelism, int heap) throws Exception {
    int requests = 200;
    List<OperatorSubtaskState> snapshots = new ArrayList<>();
    List<Long> answered = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      Setup setup = Setup.alone(ROCKSDB).heap(heap).subtask(subtask, 2);
      try (WindowHarness window = WindowHarness.open(setup)) {
        for (long number = 0; number < requests; number++) {
          if (subtaskOf(number, 2) == subtask) {
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
      Setup setup = Setup.alone(ROCKSDB).heap(heap).subtask(subtask, parallelism).from(share);
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
    try (WindowHarness window =
        WindowHarness.open(Setup.alone(HEAP).bounded(1, 1_000, Overflow.BACK_PRESSURE))) {
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
      window.submit(new Admission.Refused(Ask.of(1).envelope(), refusal));

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
                  "id-1", ResultStatus.FAILED, ErrorCode.ENGINE_FAILURE, "the model says no"));
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void answersWhatHasExpiredWithoutTheEngine() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.submit(Ask.of(2).deadline(START + 10));
      window.setTime(START + 10);
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
      window.submit(Ask.of(1).reply(reply));
      window.drain();

      assertThat(window.newAnswers()).isEmpty();
      List<OutboundRecord> replies = window.newReplies();
      assertThat(replies).hasSize(1);
      assertThat(replies.get(0).topic()).isEqualTo("millrace.replies.a");
      assertThat(replies.get(0).partition()).isEqualTo(3);
    }
  }

  @Test
  void rejectsWhatWaitedForAModelThatARestoredJobNoLongerHas() throws Exception {
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(Setup.alone(ROCKSDB))) {
      window.submit(1);
      snapshot = window.snapshot(1);
    }
    Setup without =
        Setup.alone(ROCKSDB)
            .from(snapshot)
            .serving(Setup.spec(new ModelVersion("another", 1), ServingPolicy.ofBatches(8)));
    try (WindowHarness window = WindowHarness.open(without)) {
      OutboundRecord answer = window.newAnswers().get(0);

      assertThat(header(answer, HeaderNames.STATUS)).isEqualTo("rejected");
      assertThat(((ErrorResult) decode(answer)).message()).contains("echo/1");
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void dropsAtItsDeadlineWhatWaitsForABusyEngine() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.submit(Ask.of(2).deadline(START + 10));
      assertThat(window.newAnswers()).isEmpty();

      window.setTime(START + 11);

      OutboundRecord expired = window.newAnswers().get(0);
      assertThat(WindowHarness.statusOf(expired)).isEqualTo("expired");
      assertThat(header(expired, HeaderNames.QUEUED)).isEqualTo("11");
    }
  }

  @Test
  void lingersForABatchThatFillsAndNoLongerThanItWasTold() throws Exception {
    ServingPolicy lingering =
        new ServingPolicy(
            8, List.of(), Duration.ofMillis(20), ServingPolicy.UNBOUNDED, 5, null, null);
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).serving(lingering))) {
      window.submit(1);
      window.setTime(START + 19);
      window.submit(2);
      assertThat(batchSizes(window)).isEmpty();

      window.setTime(START + 21);

      assertThat(batchSizes(window)).containsExactly(2);
    }
  }

  @Test
  void aCancelTakesAWaitingRequestOutOfTheQueue() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(1);
      window.submit(2);
      window.setTime(START + 7);
      window.submit(Ask.of(3).cancelling("id-2"));
      window.drain();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(statuses(answers))
          .containsOnly(
              Map.entry(1L, "ok"), Map.entry(2L, "cancelled"), Map.entry(3L, "cancelled"));
      assertThat(header(answerTo(2, answers), HeaderNames.QUEUED)).isEqualTo("7");
      assertThat(batchSizes(window)).containsExactly(1);
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void aCancelStopsARequestThatIsBeingScoredIfTheEngineCan() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.engine().stopsOnCancel(true);
      window.submit(1);
      window.submit(Ask.of(2).cancelling("id-1"));
      window.readMails();

      assertThat(statuses(window.newAnswers()))
          .containsOnly(Map.entry(1L, "cancelled"), Map.entry(2L, "cancelled"));
    }
  }

  @Test
  void aCancelDoesNotTouchTheRequestOfAnotherTenant() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP))) {
      window.submit(0);
      window.submit(Ask.of(1).tenant("a").id("x"));
      window.submit(Ask.of(2).tenant("b").cancelling("x"));
      window.drain();

      assertThat(statuses(window.newAnswers()))
          .containsOnly(Map.entry(0L, "ok"), Map.entry(1L, "ok"), Map.entry(2L, "rejected"));
    }
  }

  @Test
  void rejectsTheNewcomerAtTheBoundIfToldSo() throws Exception {
    Setup setup = Setup.alone(HEAP).bounded(2, 1_000, Overflow.REJECT);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(1);
      window.submit(2);
      window.submit(Ask.of(3).priority(1));

      OutboundRecord rejected = window.newAnswers().get(0);
      assertThat(WindowHarness.numberOf(rejected)).isEqualTo(3);
      assertThat(((ErrorResult) decode(rejected)).code()).isEqualTo(ErrorCode.OVERLOADED);
      assertThat(((ErrorResult) decode(rejected)).message()).contains("millrace.queue.max-pending");
    }
  }

  @Test
  void dropsTheLeastUrgentAtTheBoundIfToldSo() throws Exception {
    Setup setup = Setup.alone(HEAP).bounded(3, 1_000, Overflow.DROP_LOWEST_PRIORITY);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(0);
      window.submit(Ask.of(1).priority(5));
      window.submit(Ask.of(2).priority(9));
      window.submit(Ask.of(3).priority(5));
      window.submit(Ask.of(4).priority(5));
      window.drain();

      assertThat(statuses(window.newAnswers()))
          .as("2 made room for 3; nobody was less urgent than 4")
          .containsOnly(
              Map.entry(0L, "ok"),
              Map.entry(1L, "ok"),
              Map.entry(2L, "rejected"),
              Map.entry(3L, "ok"),
              Map.entry(4L, "rejected"));
    }
  }

  @Test
  void rejectsTheNewcomerAtTheBoundOfItsModelIfToldSo() throws Exception {
    ServingPolicy two = new ServingPolicy(8, List.of(), Duration.ZERO, 2, 5, null, null);
    Setup setup = Setup.alone(HEAP).serving(two).bounded(1_000, 1_000, Overflow.REJECT);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(0);
      window.submit(1);
      window.submit(2);
      assertThat(window.newAnswers()).as("one in the engine, two in the queue").isEmpty();
      window.submit(3);

      OutboundRecord rejected = window.newAnswers().get(0);
      assertThat(WindowHarness.numberOf(rejected)).isEqualTo(3);
      assertThat(((ErrorResult) decode(rejected)).message()).contains("job_queue_size");
    }
  }

  @Test
  void oneTenantsBoundDoesNotKeepOthersOut() throws Exception {
    Setup setup = Setup.alone(HEAP).bounded(1_000, 2, Overflow.REJECT);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(0);
      for (long number = 1; number <= 4; number++) {
        window.submit(Ask.of(number).tenant("greedy"));
      }
      window.submit(Ask.of(5).tenant("modest"));
      window.drain();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(statuses(answers))
          .containsEntry(3L, "rejected")
          .containsEntry(4L, "rejected")
          .containsEntry(5L, "ok");
    }
  }

  @Test
  void givesTheResultsOfOneKeyInRequestOrderAndTheOthersAsTheyAreReady() throws Exception {
    Setup setup = Setup.alone(HEAP).order(Order.KEY).streams(3);
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).key("a"));
      window.submit(Ask.of(2).key("a"));
      window.submit(Ask.of(3).key("b"));
      window.engine().finish(2);
      window.engine().finish(1);
      window.readMails();
      assertThat(numbers(window.newAnswers())).containsExactly(3L);
      assertThat(window.pending()).as("2 is held, 1 is being scored").isEqualTo(2);

      window.drain();

      assertThat(numbers(window.newAnswers())).containsExactly(1L, 2L);
    }
  }

  @Test
  void aHeldRefusalAndAHeldResultSurviveACrashInTheirPlaces() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).order(Order.KEY).streams(2);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).key("a"));
      window.submit(Ask.of(2).key("a"));
      ErrorResult refusal =
          new ErrorResult("3", ResultStatus.REJECTED, ErrorCode.INVALID_TENSOR, "no");
      window.submit(new Admission.Refused(Ask.of(3).key("a").envelope(), refusal));
      window.engine().finish(1);
      window.readMails();
      assertThat(window.newAnswers()).isEmpty();
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.drain();

      assertThat(numbers(window.newAnswers())).containsExactly(1L, 2L, 3L);
      assertThat(window.lanesInState("held-answers")).isZero();
    }
  }

  @Test
  void answersAnIdOnceWithinItsTimeToLivePerTenant() throws Exception {
    Setup setup = Setup.alone(HEAP).dedup(Duration.ofSeconds(10));
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).id("x"));
      window.submit(Ask.of(2).id("x"));
      window.submit(Ask.of(3).id("x").tenant("another"));
      window.drain();
      window.submit(Ask.of(4).id("x"));
      window.setTime(START + 10_001);
      window.submit(Ask.of(5).id("x"));
      window.drain();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(statuses(answers))
          .containsOnly(
              Map.entry(1L, "ok"),
              Map.entry(2L, "rejected"),
              Map.entry(3L, "ok"),
              Map.entry(4L, "rejected"),
              Map.entry(5L, "ok"));
      assertThat(((ErrorResult) decode(answerTo(2, answers))).message()).contains("requests/0/1");
    }
  }

  @Test
  void anIdIsStillKnownAfterARestore() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).dedup(Duration.ofSeconds(10));
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).id("x"));
      window.drain();
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.submit(Ask.of(2).id("x"));

      assertThat(statuses(window.newAnswers())).containsOnly(Map.entry(2L, "rejected"));
    }
  }

  @Test
  void whoWasRejectedForWantOfRoomMayComeAgainUnderItsId() throws Exception {
    Setup setup =
        Setup.alone(HEAP).bounded(2, 1_000, Overflow.REJECT).dedup(Duration.ofSeconds(10));
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(1);
      window.submit(2);
      window.submit(Ask.of(3).id("x"));
      window.drain();
      window.submit(Ask.of(4).id("x"));
      window.drain();

      assertThat(statuses(window.newAnswers()))
          .containsEntry(3L, "rejected")
          .containsEntry(4L, "ok");
    }
  }

  @Test
  void scoresWhatIsAskedAtTheSameTimeOnce() throws Exception {
    Setup setup = Setup.alone(HEAP).serving(Setup.cached(Duration.ofMinutes(1)));
    try (WindowHarness window = WindowHarness.open(setup)) {
      for (long number = 0; number < 5; number++) {
        window.submit(Ask.of(number).content(7));
      }
      window.drain();

      assertThat(batchSizes(window)).containsExactly(1);
      List<OutboundRecord> answers = window.newAnswers();
      assertThat(numbers(answers)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
      for (OutboundRecord answer : answers) {
        assertThat(((TensorResult) decode(answer)).outputs()).containsExactly(Ask.row(7));
      }
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void answersFromTheCacheUntilItsTimeToLiveHasPassed() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).serving(Setup.cached(Duration.ofSeconds(10)));
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).content(7));
      window.drain();
      window.submit(Ask.of(2).content(7));
      OutboundRecord hit = answerTo(2, window.newAnswers());
      assertThat(header(hit, HeaderNames.CACHE)).isEqualTo("hit");
      assertThat(((TensorResult) decode(hit)).outputs()).containsExactly(Ask.row(7));
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.submit(Ask.of(3).content(7));
      assertThat(numbers(window.newAnswers())).as("after a restore").containsExactly(3L);
      window.setTime(START + 10_000);
      window.submit(Ask.of(4).content(7));
      assertThat(window.newAnswers()).isEmpty();
      window.drain();
      assertThat(numbers(window.newAnswers())).containsExactly(4L);
    }
  }

  @Test
  void aFollowerIsScoredWhenTheOneItFollowedIsCancelled() throws Exception {
    Setup setup = Setup.alone(HEAP).serving(Setup.cached(Duration.ofMinutes(1)));
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(0);
      window.submit(Ask.of(1).content(7));
      window.submit(Ask.of(2).content(7));
      window.submit(Ask.of(3).cancelling("id-1"));
      window.drain();

      assertThat(statuses(window.newAnswers()))
          .containsOnly(
              Map.entry(0L, "ok"),
              Map.entry(1L, "cancelled"),
              Map.entry(2L, "ok"),
              Map.entry(3L, "cancelled"));
    }
  }

  @Test
  void anUrgentRequestDoesNotWaitForALeisurelyOneThatAsksTheSame() throws Exception {
    Setup setup = Setup.alone(HEAP).serving(Setup.cached(Duration.ofMinutes(1)));
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(0);
      window.submit(Ask.of(1).content(7).priority(9));
      for (long number = 10; number < 18; number++) {
        window.submit(Ask.of(number).priority(5));
      }
      window.submit(Ask.of(2).content(7).priority(1));
      window.engine().finish(0);
      window.readMails();
      window.engine().finish(0);
      window.readMails();

      assertThat(numbers(window.newAnswers()).subList(0, 3)).containsExactly(0L, 2L, 1L);
    }
  }

  @Test
  void whatIsAnsweredBetweenTwoCheckpointsNeverTouchesKeyedState() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).heap(1 << 20))) {
      window.submit(1);
      assertThat(window.lanesInState()).isZero();
      window.drain();

      assertThat(numbers(window.newAnswers())).containsExactly(1L);
    }
  }

  @Test
  void whatIsOnTheHeapIsInTheCheckpointToo() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).heap(1 << 20);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      for (long number = 0; number < 20; number++) {
        window.submit(number);
      }
      window.engine().finish(0);
      window.readMails();
      snapshot = window.snapshot(1);
      window.drain();
      assertThat(window.lanesInState()).as("written, and answered since").isZero();
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.drain();

      assertThat(numbers(window.newAnswers()))
          .containsExactlyInAnyOrderElementsOf(LongStream.range(1, 20).boxed().toList());
      assertThat(window.lanesInState()).isZero();
    }
  }

  @Test
  void theYoungAreInTheCheckpointButNotInTheStateBackendAndTheOldAreInBoth() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).heap(1 << 20);
    OperatorSubtaskState snapshot = OperatorSubtaskState.builder().build();
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(1);
      window.snapshot(1);
      assertThat(window.lanesInState()).as("young").isZero();
      for (int checkpoint = 2; checkpoint < 20; checkpoint++) {
        window.snapshot(checkpoint);
      }
      assertThat(window.lanesInState()).as("old").isEqualTo(1);
      window.submit(2);
      snapshot = window.snapshot(20);
      assertThat(window.lanesInState()).as("one of each").isEqualTo(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      window.drain();

      assertThat(numbers(window.newAnswers())).containsExactly(1L, 2L);
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

  private static long subtaskOf(long number, int parallelism) {
    return WindowHarness.subtaskOf(Ask.of(number).admission(), Order.NONE, parallelism);
  }

  private static Map<Long, String> statuses(List<OutboundRecord> answers) {
    return answers.stream()
        .collect(Collectors.toMap(WindowHarness::numberOf, WindowHarness::statusOf));
  }

  private static OutboundRecord answerTo(long number, List<OutboundRecord> answers) {
    return answers.stream()
        .filter(answer -> WindowHarness.numberOf(answer) == number)
        .findAny()
        .orElseThrow();
  }

  private static List<Integer> batchSizes(WindowHarness window) {
    return window.engine().started().stream().map(List<EngineRequest>::size).toList();
  }

  private static List<Long> numbers(List<OutboundRecord> answers) {
    return answers.stream().map(WindowHarness::numberOf).toList();
  }
}
