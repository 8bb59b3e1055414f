package dev.millrace.operators.window;

import static dev.millrace.operators.window.WindowHarness.START;
import static dev.millrace.operators.window.WindowHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionResult;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;

/** Texts on their way through the window, with an engine that says them token by token. */
class GenerationWindowTest {
  private static final StateBackend HEAP = new HashMapStateBackend();
  private static final StateBackend ROCKSDB = new EmbeddedRocksDBStateBackend(true);
  private static final ReplyAddress REPLY = new ReplyAddress("millrace.replies.me", 2);
  private static final String GENERATED = "generated-tokens";

  @Test
  void startsATextWheneverASlotFrees() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(3))) {
      for (long number = 0; number < 5; number++) {
        window.submit(Ask.of(number).completion(1, false));
      }
      assertThat(window.textEngine().started()).hasSize(3);

      window.textEngine().end(1);
      window.readMails();

      assertThat(window.textEngine().started()).hasSize(4);
      assertThat(window.queued(Ask.MODEL)).isEqualTo(1);
    }
  }

  @Test
  void answersWithTheTextAndWhatItTook() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(1))) {
      window.submit(Ask.of(8).completion(2, true));
      window.textEngine().generate(0, 4);
      window.textEngine().end(0);
      window.readMails();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(answers).hasSize(1);
      CompletionResult result = (CompletionResult) decode(answers.get(0));
      assertThat(result.choices())
          .extracting(CompletionResult.Choice::text)
          .containsExactly("0 1 2 3 ", "0 1 2 3 ");
      assertThat(result.usage()).isEqualTo(new Usage(3, 8));
      assertThat(result.created()).as("of the record").isZero();
      assertThat(window.newReplies()).isEmpty();
      assertThat(window.pending()).isZero();
    }
  }

  @Test
  void sendsEachPieceOfAStreamWhereItsAnswerGoes() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(2))) {
      window.submit(Ask.of(1).reply(REPLY).key("k").completion(1, true));
      window.submit(Ask.of(2).reply(REPLY).completion(1, false));
      window.textEngine().generate(0, 2);
      window.textEngine().generate(1, 1);
      window.readMails();

      List<OutboundRecord> pieces = window.newReplies();
      assertThat(pieces).as("of the one that is streamed").hasSize(2);
      OutboundRecord second = pieces.get(1);
      assertThat(second.topic()).isEqualTo(REPLY.topic());
      assertThat(second.partition()).isEqualTo(REPLY.partition());
      assertThat(second.key()).isEqualTo("k".getBytes(UTF_8));
      assertThat(header(second, HeaderNames.SEQUENCE)).isEqualTo("1");
      assertThat(header(second, HeaderNames.REQUEST_ID)).isEqualTo("id-1");
      assertThat(WindowHarness.find(second, HeaderNames.STATUS)).as("it is no answer").isEmpty();
      assertThat(new String(second.value(), UTF_8)).contains("\"text\":\"1 \"", "\"index\":0");

      window.textEngine().end(0);
      window.readMails();
      List<OutboundRecord> terminal = window.newReplies();
      assertThat(terminal).hasSize(1);
      assertThat(((CompletionResult) decode(terminal.get(0))).choices().get(0).text())
          .isEqualTo("0 1 ");
      assertThat(window.newAnswers()).isEmpty();
    }
  }

  @Test
  void goesOnBehindTheTokensOfTheLastCheckpoint() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).generating(2).heap(1 << 20);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).completion(2, false));
      window.submit(Ask.of(2).completion(1, false));
      window.submit(Ask.of(3).completion(1, false));
      window.textEngine().generate(0, 5);
      window.readMails();
      window.snapshot(1);
      window.textEngine().generate(0, 2);
      window.textEngine().generate(1, 1);
      window.readMails();
      snapshot = window.snapshot(2);
      window.textEngine().generate(0, 4);
      window.readMails();
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      List<EngineRequest> started = window.textEngine().started();
      assertThat(started).hasSize(2);
      assertThat(lengths(started.get(0))).containsExactly(7, 7);
      assertThat(lengths(started.get(1))).containsExactly(1);

      window.textEngine().generate(0, 1);
      window.textEngine().end(0);
      window.textEngine().end(1);
      window.readMails();
      assertThat(lengths(started.get(2))).as("it had not begun").isEmpty();
      window.textEngine().end(2);
      window.readMails();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(answers).extracting(WindowHarness::numberOf).containsExactly(1L, 2L, 3L);
      assertThat(((CompletionResult) decode(answers.get(0))).usage()).isEqualTo(new Usage(3, 16));
      assertThat(window.lanesInState(GENERATED)).isZero();
      assertThat(window.lanesInState()).isZero();
    }
  }

  /** Whatever crashes: the pieces that were sent are all that a text that goes on has behind it. */
  @Test
  void noPieceOfAStreamIsLostHoweverOftenItCrashes() throws Exception {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      Setup setup = Setup.alone(HEAP).generating(4);
      OperatorSubtaskState snapshot = null;
      // What a consumer has heard until the checkpoint, by request.
      List<List<Integer>> heard = new ArrayList<>(List.of(List.of(), List.of(), List.of()));
      for (int life = 0; life < 4; life++) {
        try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
          if (life == 0) {
            for (long number = 0; number < heard.size(); number++) {
              window.submit(Ask.of(number).reply(REPLY).completion(1, true));
            }
          }
          for (EngineRequest request : window.textEngine().started()) {
            int number = (int) seedOf(request);
            assertThat(request.generated(0)).as("seed %d", seed).hasSameSizeAs(heard.get(number));
          }
          for (int step = random.nextInt(6); step > 0; step--) {
            window.textEngine().generate(random.nextInt(3), 1 + random.nextInt(3));
            if (random.nextBoolean()) {
              window.readMails();
            }
          }
          snapshot = window.snapshot(life + 1);
          for (OutboundRecord piece : window.newReplies()) {
            hear(piece, heard);
          }
          window.textEngine().generate(random.nextInt(3), 1);
          window.readMails();
        }
      }
    }
  }

  private static void hear(OutboundRecord piece, List<List<Integer>> heard) {
    int number = (int) WindowHarness.numberOf(piece);
    List<Integer> all = new ArrayList<>(heard.get(number));
    int sequence = Integer.parseInt(header(piece, HeaderNames.SEQUENCE));
    assertThat(sequence).as("no gap").isLessThanOrEqualTo(all.size());
    if (sequence == all.size()) {
      all.add(sequence);
    }
    heard.set(number, all);
  }

  @Test
  void aRescaleTakesATextToTheTaskThatHasItsLaneNow() throws Exception {
    Setup setup = Setup.alone(ROCKSDB).generating(8);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      for (long number = 0; number < 8; number++) {
        window.submit(Ask.of(number).completion(1, false));
        window.textEngine().generate((int) number, 1 + (int) number);
      }
      window.readMails();
      snapshot = window.snapshot(1);
    }
    int resumed = 0;
    for (int subtask = 0; subtask < 2; subtask++) {
      OperatorSubtaskState share = WindowHarness.share(List.of(snapshot), 1, 2, subtask);
      try (WindowHarness window = WindowHarness.open(setup.subtask(subtask, 2).from(share))) {
        for (EngineRequest request : window.textEngine().started()) {
          assertThat(request.generated(0)).hasSize(1 + (int) seedOf(request));
          resumed++;
        }
      }
    }
    assertThat(resumed).isEqualTo(8);
  }

  @Test
  void stopsATextWhoseDeadlinePasses() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(1))) {
      window.submit(Ask.of(1).deadline(START + 100).completion(1, false));
      window.submit(Ask.of(2).deadline(START + 100).completion(1, false));
      window.submit(Ask.of(3).completion(1, false));
      window.textEngine().generate(0, 6);
      window.readMails();

      window.setTime(START + 99);
      window.readMails();
      assertThat(window.newAnswers()).isEmpty();
      window.setTime(START + 100);
      window.readMails();

      List<OutboundRecord> answers = window.newAnswers();
      assertThat(answers).extracting(WindowHarness::numberOf).containsExactlyInAnyOrder(1L, 2L);
      for (OutboundRecord answer : answers) {
        ErrorResult result = (ErrorResult) decode(answer);
        assertThat(result.status()).isEqualTo(ResultStatus.EXPIRED);
        assertThat(result.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        boolean ran = WindowHarness.numberOf(answer) == 1;
        assertThat(result.usage()).isEqualTo(ran ? new Usage(3, 6) : null);
      }
      assertThat(window.textEngine().started()).as("the last has the slot").hasSize(2);
      assertThat(window.textEngine().running()).isEqualTo(1);
    }
  }

  @Test
  void theClockAloneStopsATextThatSaysNothing() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(1))) {
      window.submit(Ask.of(1).deadline(START + 100).completion(1, false));

      window.setTime(START + 100);
      window.readMails();

      assertThat(window.newAnswers())
          .extracting(WindowHarness::statusOf)
          .containsExactly("expired");
      assertThat(window.textEngine().running()).isZero();
    }
  }

  @Test
  void stopsATextThatIsTakenBack() throws Exception {
    try (WindowHarness window = WindowHarness.open(Setup.alone(HEAP).generating(1))) {
      window.submit(Ask.of(1).completion(1, false));
      window.textEngine().generate(0, 6);
      window.readMails();
      window.submit(Ask.of(2).cancelling("id-1"));
      window.readMails();

      OutboundRecord answer =
          window.newAnswers().stream()
              .filter(each -> WindowHarness.numberOf(each) == 1)
              .findAny()
              .orElseThrow();
      ErrorResult result = (ErrorResult) decode(answer);
      assertThat(result.status()).isEqualTo(ResultStatus.CANCELLED);
      assertThat(result.message()).contains("6 tokens");
      assertThat(result.usage()).isEqualTo(new Usage(3, 6));
      assertThat(window.textEngine().running()).isZero();
    }
  }

  @Test
  void aTextThatIsTakenBackBetweenTwoLivesSaysWhatTheFirstGenerated() throws Exception {
    Setup setup = Setup.alone(HEAP).generating(1);
    OperatorSubtaskState snapshot;
    try (WindowHarness window = WindowHarness.open(setup)) {
      window.submit(Ask.of(1).priority(5).completion(1, false));
      window.textEngine().generate(0, 6);
      window.submit(Ask.of(2).priority(1).completion(1, false));
      window.readMails();
      snapshot = window.snapshot(1);
    }
    try (WindowHarness window = WindowHarness.open(setup.from(snapshot))) {
      assertThat(seedOf(window.textEngine().started().get(0))).as("the urgent one").isEqualTo(2);
      window.submit(Ask.of(3).cancelling("id-1"));
      window.readMails();

      ErrorResult result = (ErrorResult) decode(window.newAnswers().get(0));
      assertThat(result.usage()).isEqualTo(new Usage(3, 6));
      assertThat(window.lanesInState(GENERATED)).isZero();
    }
  }

  /** The seed of a completion is the number of its request. */
  private static long seedOf(EngineRequest request) {
    return ((Work.Generation) request.work()).seed();
  }

  private static List<Integer> lengths(EngineRequest request) {
    return request.generated().stream().map(List::size).toList();
  }

  private static Result decode(OutboundRecord answer) throws Exception {
    ResultStatus status =
        ResultStatus.fromWireName(header(answer, HeaderNames.STATUS)).orElseThrow();
    return new ResultDecoder().decode(answer.value(), encoding(answer), status);
  }

  private static Encoding encoding(OutboundRecord answer) {
    return header(answer, HeaderNames.CONTENT_TYPE).equals(Encoding.JSON.contentType())
        ? Encoding.JSON
        : Encoding.PROTOBUF;
  }
}
