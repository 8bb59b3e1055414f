package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.window.Overflow;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conservation through failures: a real broker, real libtorch, and tasks that fail at random with
 * requests in flight.
 */
class ExactlyOnceIT {
  private static final int REQUESTS = 20_000;
  private static final int FAULTS = 6;
  private static final int KEYS = 50;
  private static final int TENANTS = 3;

  @TempDir Path directory;

  @Test
  void everyRequestIsAnsweredExactlyOnceWhileTheTaskFailsAtRandom() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2 * FAULTS);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    FaultyEngines engines =
        new FaultyEngines(new PyTorchEngineProvider(new EngineSettings("cpu", 1)), 42, FAULTS, 50);
    try (RunningJob job = RunningJob.start(directory, options, engines)) {
      List<RecordCoordinates> requests = job.sendAll(Digits.requests(REQUESTS));

      Answers answers = job.awaitAllAnswers(requests);

      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("ok")).isEqualTo(REQUESTS);
      assertThat(FaultyEngines.faultsLeft()).as("faults that did not happen").isZero();
    }
  }

  /**
   * Order by key, deduplication, a result cache, a bound that drops, tenants, priorities, deadlines
   * and cancels, all at once.
   */
  @Test
  void norDoesAnyOptionLoseARequest() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2 * FAULTS);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    options.set(MillraceOptions.ORDER, Order.KEY);
    options.set(MillraceOptions.DEDUP_TTL, Duration.ofMinutes(10));
    options.set(MillraceOptions.QUEUE_OVERFLOW, Overflow.DROP_LOWEST_PRIORITY);
    options.set(MillraceOptions.QUEUE_MAX_PENDING, 2_000);
    options.set(MillraceOptions.QUEUE_MAX_PENDING_PER_TENANT, 1_000);
    options.set(MillraceOptions.QUEUE_HEAP_SIZE, MemorySize.ofMebiBytes(1));
    options.set(MillraceOptions.QUEUE_TENANT_WEIGHTS, Map.of("tenant-1", "3"));
    FaultyEngines engines =
        new FaultyEngines(new PyTorchEngineProvider(new EngineSettings("cpu", 1)), 42, FAULTS, 12);
    try (RunningJob job =
        RunningJob.start(
            directory, options, engines, Digits.caching(directory.resolve("models"), "1m"))) {
      List<RecordCoordinates> requests = job.sendAll(mixed(REQUESTS / 2));

      Answers answers = job.awaitAllAnswers(requests);

      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("ok")).as("scored or cached").isPositive();
      assertThat(answers.count("rejected")).as("duplicates, at least").isPositive();
      assertThat(answers.count("expired")).isPositive();
      assertThat(FaultyEngines.faultsLeft()).as("faults that did not happen").isLessThan(FAULTS);
      for (int key = 0; key < KEYS; key++) {
        assertThat(answers.requestsInOrderOfAnswers("key-" + key))
            .as("key %d", key)
            .isSortedAccordingTo(Comparator.comparingLong(RecordCoordinates::offset));
      }
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> mixed(int count) throws IOException {
    List<String> samples = Digits.samples();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      // A few ids come again, with the key and the tenant of the first.
      int id = number % 13 == 12 ? number - 5 * KEYS * TENANTS : number;
      String value = samples.get(number % samples.size()).replaceFirst("\"id\":\"[^\"]*\",", "");
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              "millrace.requests", ("key-" + number % KEYS).getBytes(UTF_8), value.getBytes(UTF_8));
      add(record, HeaderNames.TENANT, "tenant-" + number % TENANTS);
      add(record, HeaderNames.PRIORITY, Integer.toString(1 + number % 9));
      if (number % 11 == 10) {
        add(record, HeaderNames.CANCEL, "id-" + (number - KEYS * TENANTS));
      } else {
        add(record, HeaderNames.CLOUD_EVENT_ID, "id-" + id);
      }
      if (number % 7 == 6) {
        long timeout = number % 2 == 0 ? 20 : 600_000;
        add(record, HeaderNames.DEADLINE, Long.toString(System.currentTimeMillis() + timeout));
      }
      records.add(record);
    }
    return records;
  }

  private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }
}
