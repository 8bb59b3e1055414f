package dev.millrace.jobs;

import static dev.millrace.jobs.Answers.header;
import static dev.millrace.jobs.Answers.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Completions through a real broker, the job and the real libtorch. */
class CompletionsIT {
  private static final int REQUESTS = 200;
  private static final int FAULTS = 6;

  @TempDir Path directory;

  @Test
  void aPromptIsAnsweredWithTextAndAStreamWithItsPiecesToo() throws Exception {
    try (RunningJob job = start("one", noRestarts(), pyTorch())) {
      RecordCoordinates plain =
          job.send(Babble.request("a", "'prompt': 'Once upon', 'max_tokens': 8, 'n': 2"));
      RecordCoordinates streamed =
          job.send(Babble.streamed("b", "'prompt': 'Once upon', 'max_tokens': 30, 'seed': 5"));
      List<RecordCoordinates> all = List.of(plain, streamed);
      Answers answers = job.awaitAllAnswers(all);

      answers.assertExactlyOneFor(all);
      JsonNode body = Babble.body(answers.of(plain));
      assertThat(body.get("object").textValue()).isEqualTo("text_completion");
      assertThat(body.get("choices")).hasSize(2);
      assertThat(body.at("/usage/prompt_tokens").intValue()).isEqualTo(9);
      assertThat(answers.of(plain).topic()).isEqualTo("millrace.results");
      assertThat(answers.of(streamed).topic()).isEqualTo(RunningJob.REPLIES);
      assertThat(answers.piecesOf(plain)).isEmpty();
      assertThat(heard(answers.piecesOf(streamed)))
          .isEqualTo(Babble.text(answers.of(streamed)))
          .isNotEmpty();
    }
  }

  /** Greedy and drawn, streamed and whole; the task fails six times while they are generated. */
  @Test
  void everyTextIsTheSameHoweverOftenTheTaskFails() throws Exception {
    List<String> undisturbed = new ArrayList<>();
    try (RunningJob job = start("undisturbed", noRestarts(), pyTorch())) {
      List<RecordCoordinates> requests = job.sendAll(mixed());
      Answers answers = job.awaitAnswers(requests);
      for (RecordCoordinates request : requests) {
        undisturbed.add(Babble.text(answers.of(request)));
      }
    }
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2 * FAULTS);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
    SlowEngines slow = new SlowEngines(pyTorch());
    FaultyEngines engines = new FaultyEngines(slow, 7, FAULTS, 30);
    try (RunningJob job = start("disturbed", options, engines)) {
      List<RecordCoordinates> requests = job.sendAll(mixed());
      Answers answers = job.awaitAllAnswers(requests);

      assertThat(FaultyEngines.faultsLeft()).as("faults that did not happen").isZero();
      assertThat(SlowEngines.RESUMED_TOKENS.get())
          .as("tokens that were not generated again")
          .isPositive();
      for (int number = 0; number < REQUESTS; number++) {
        RecordCoordinates request = requests.get(number);
        String expected = undisturbed.get(number);
        if (isStreamed(number)) {
          for (ConsumerRecord<byte[], byte[]> answer : answers.allOf(request)) {
            assertThat(Babble.text(answer)).as("request %d", number).isEqualTo(expected);
          }
          assertThat(heard(answers.piecesOf(request)))
              .as("the pieces of request %d", number)
              .isEqualTo(expected);
        } else {
          assertThat(Babble.text(answers.of(request))).as("request %d", number).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aTextIsStoppedByItsDeadline() throws Exception {
    try (RunningJob job = start("stopped", noRestarts(), pyTorch())) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int number = 0; number < 400; number++) {
        records.add(
            Babble.request(
                "r" + number,
                "'prompt': 'Once', 'max_tokens': 90, 'parameters': {'timeout': 300000}"));
      }
      List<RecordCoordinates> requests = job.sendAll(records);
      Answers answers = job.awaitAllAnswers(requests);

      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("expired")).as("there is no time for all").isPositive();
      assertThat(answers.count("ok") + answers.count("expired")).isEqualTo(requests.size());
    }
  }

  @Test
  void badInputIsRejectedWithTheFieldAndNothingRestarts() throws Exception {
    try (RunningJob job = start("bad", noRestarts(), pyTorch())) {
      assertRejected(job, "prompt", "'prompt': 17");
      assertRejected(job, "prompt", "'prompt': ''");
      assertRejected(job, "prompt", "'prompt': '" + "x".repeat(1 << 20) + "'");
      assertRejected(job, "prompt", "'prompt': '" + "word ".repeat(100) + "'");
      assertRejected(job, "max_tokens", "'prompt': 'a', 'max_tokens': -1");
      assertRejected(job, "max_tokens", "'prompt': 'a', 'max_tokens': 1000");
      assertRejected(job, "temperature", "'prompt': 'a', 'temperature': -1");
      assertRejected(job, "temperature", "'prompt': 'a', 'temperature': 3");
      assertRejected(job, "temperature", "'prompt': 'a', 'temperature': NaN");
      assertRejected(job, "stop", "'prompt': 'a', 'stop': ['a', 'b', 'c', 'd', 'e']");
      assertRejected(job, "stop", "'prompt': 'a', 'stop': ['']");
      assertRejected(job, "prompt", "'prompt': '\\ud800 a'");
      assertRejected(job, "stop", "'prompt': 'a', 'stop': '\\udfff'");
      assertRejected(job, "best_of", "'prompt': 'a', 'best_of': 2");
      assertServed(job, "'prompt': 'a', 'max_tokens': 0");
      assertServed(job, "'prompt': 'a', 'unknown': [{}], 'user': 'me'");
      job.assertNotEnded();
    }
  }

  private static void assertRejected(RunningJob job, String param, String fields) throws Exception {
    ConsumerRecord<byte[], byte[]> answer =
        job.awaitAnswer(job.send(Babble.request("bad", fields)));
    assertThat(status(answer)).as(fields).isEqualTo("rejected");
    JsonNode error = Babble.body(answer).get("error");
    assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").textValue()).isEqualTo(param);
    assertThat(error.get("message").textValue()).isNotBlank();
  }

  private static void assertServed(RunningJob job, String fields) throws Exception {
    ConsumerRecord<byte[], byte[]> answer =
        job.awaitAnswer(job.send(Babble.request("good", fields)));
    assertThat(status(answer)).as(fields).isEqualTo("ok");
  }

  private RunningJob start(String name, Configuration options, EngineProvider engines)
      throws Exception {
    Path own = directory.resolve(name);
    return RunningJob.start(own, options, engines, Babble.repository(own.resolve("models")));
  }

  private static Configuration noRestarts() {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return options;
  }

  private static EngineProvider pyTorch() {
    return new PyTorchEngineProvider(new EngineSettings("cpu", 1));
  }

  private static List<ProducerRecord<byte[], byte[]>> mixed() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = 0; number < REQUESTS; number++) {
      String fields =
          "'prompt': 'Request %d says', 'max_tokens': %d, 'temperature': %d, 'seed': %d"
              .formatted(number, 20 + number % 50, number % 2, number);
      records.add(
          isStreamed(number)
              ? Babble.streamed("r" + number, fields)
              : Babble.request("r" + number, fields));
    }
    return records;
  }

  private static boolean isStreamed(int number) {
    return number % 5 == 0;
  }

  /** What a consumer has who drops repeats, which it knows by their numbers. */
  private static String heard(List<ConsumerRecord<byte[], byte[]>> pieces) throws Exception {
    StringBuilder text = new StringBuilder();
    int last = -1;
    for (ConsumerRecord<byte[], byte[]> piece : pieces) {
      int sequence = Integer.parseInt(header(piece, HeaderNames.SEQUENCE));
      if (sequence > last) {
        text.append(Babble.text(piece));
        last = sequence;
      }
    }
    return text.toString();
  }

  /**
   * Real engines that take a millisecond for a token until the last fault, so that a text lasts for
   * several checkpoints, and that count the tokens with which requests come back.
   */
  private static final class SlowEngines implements EngineProvider {
    private static final long serialVersionUID = 1L;
    private static final long TOKEN_NANOS = 1_000_000;
    private static final AtomicInteger RESUMED_TOKENS = new AtomicInteger();

    private final EngineProvider real;

    private SlowEngines(EngineProvider real) {
      this.real = real;
    }

    @Override
    public Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException {
      return new Slow(real.open(model, gpus));
    }

    private static final class Slow extends ForwardingEngine {
      Slow(Engine engine) {
        super(engine);
      }

      @Override
      public void start(List<EngineRequest> batch, EngineListener listener) {
        for (EngineRequest request : batch) {
          RESUMED_TOKENS.addAndGet(request.generated().stream().mapToInt(List::size).sum());
        }
        super.start(batch, new SlowListener(listener));
      }
    }

    private record SlowListener(EngineListener listener) implements EngineListener {
      @Override
      public void done(long id, Outcome outcome) {
        listener.done(id, outcome);
      }

      @Override
      public void progress(long id, Progress progress) {
        if (FaultyEngines.faultsLeft() > 0) {
          LockSupport.parkNanos(TOKEN_NANOS);
        }
        listener.progress(id, progress);
      }
    }
  }
}
