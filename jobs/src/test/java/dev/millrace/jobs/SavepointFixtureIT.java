package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.operators.lanes.Order;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints that earlier releases made must restore in this one: with another uid, or another
 * layout of state that nobody migrates, these tests fail.
 *
 * <p>{@code src/test/resources/savepoints/RELEASE} holds what the job of that release had when it
 * was stopped in the middle of its work: requests young and old that wait, refusals that wait for
 * their turn, ids and results that it remembers. {@code unanswered.csv} says which answers it owes.
 * To make the one of a release: {@code mvn verify -P fixture -Dmillrace.fixture=RELEASE}.
 */
class SavepointFixtureIT {
  private static final Path SAVEPOINTS =
      Path.of(System.getProperty("millrace.home"), "jobs/src/test/resources/savepoints");
  private static final Pattern LABEL = Pattern.compile("\"label\":(\\d)");
  private static final Pattern SCORES = Pattern.compile("\"data\":\\[([^\\]]*)]");

  /** So old, in checkpoints, that a request is in the state backend by itself. */
  private static final int OLD = 10;

  private static final int FOR_EVER_DAYS = 36_500;

  @TempDir Path directory;

  /** A request without an answer when the savepoint was made, and the answer that it must get. */
  private record Unanswered(RecordCoordinates request, String status, String digit) {
    static Unanswered parse(String line) {
      String[] parts = line.split(",", -1);
      return new Unanswered(RecordCoordinates.parse(parts[0]), parts[1], parts[2]);
    }

    String line() {
      return "%s,%s,%s".formatted(request, status, digit);
    }
  }

  static Stream<Arguments> savepointsAndParallelisms() throws IOException {
    try (Stream<Path> releases = Files.list(SAVEPOINTS)) {
      List<Path> all = releases.filter(Files::isDirectory).sorted().toList();
      return all.stream()
          .map(Path::getFileName)
          .flatMap(release -> Stream.of(1, 3).map(tasks -> Arguments.of(release, tasks)));
    }
  }

  @ParameterizedTest
  @MethodSource("savepointsAndParallelisms")
  void aSavepointOfAReleaseIsTakenUp(Path release, int parallelism) throws Exception {
    Path savepoint = SAVEPOINTS.resolve(release);
    List<Unanswered> unanswered =
        Files.readAllLines(savepoint.resolve("unanswered.csv"), UTF_8).stream()
            .map(Unanswered::parse)
            .toList();
    assertThat(unanswered).hasSizeGreaterThan(3 * RunningJob.PARTITIONS);
    Configuration options = options();
    options.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    options.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
    long offset =
        1 + unanswered.stream().mapToLong(each -> each.request().offset()).max().orElseThrow();

    try (RunningJob job =
        RunningJob.start(
            directory,
            options,
            engines(),
            Digits.caching(directory.resolve("models"), FOR_EVER_DAYS * 24 + "h"),
            offset)) {
      RecordCoordinates duplicate = job.send(request(0, "scored-0", sample(0)));
      RecordCoordinates asked = job.send(request(1, "asked-before", sample(1)));
      RecordCoordinates fresh = job.send(request(2, "fresh", sample(100)));

      List<RecordCoordinates> all =
          new ArrayList<>(unanswered.stream().map(Unanswered::request).toList());
      all.addAll(List.of(duplicate, asked, fresh));
      Answers answers = job.awaitAllAnswers(all);

      answers.assertExactlyOneFor(all);
      for (Unanswered each : unanswered) {
        ConsumerRecord<byte[], byte[]> answer = answers.of(each.request());
        assertThat(Answers.status(answer)).as("%s", each).isEqualTo(each.status());
        assertThat(digit(answer)).as("%s", each).isEqualTo(each.digit());
      }
      for (int key = 0; key < RunningJob.PARTITIONS; key++) {
        assertThat(answers.requestsInOrderOfAnswers("key-" + key))
            .isSortedAccordingTo(Comparator.comparingLong(RecordCoordinates::offset));
      }
      assertThat(Answers.status(answers.of(duplicate))).isEqualTo("rejected");
      assertThat(Answers.header(answers.of(asked), HeaderNames.CACHE)).isEqualTo("hit");
      assertThat(Answers.status(answers.of(fresh))).isEqualTo("ok");
    }
  }

  /** Makes a fixture, of two subtasks; overwrites none. */
  @Tag("fixture")
  @Test
  void makesTheSavepointOfARelease() throws Exception {
    String release = System.getProperty("millrace.fixture", "");
    assertThat(release).as("-Dmillrace.fixture=RELEASE").isNotBlank();
    Path target = SAVEPOINTS.resolve(release);
    assertThat(target).as("the fixture of a release is made once").doesNotExist();
    Configuration options = options();
    options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    // All in one file.
    options.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));

    try (RunningJob job =
        RunningJob.start(
            directory,
            options,
            HeldEngines.of(engines()),
            Digits.caching(directory.resolve("models"), FOR_EVER_DAYS * 24 + "h"))) {
      List<RecordCoordinates> scored = new ArrayList<>();
      for (int key = 0; key < RunningJob.PARTITIONS; key++) {
        scored.add(job.send(request(key, "scored-" + key, sample(key))));
      }
      job.awaitAllAnswers(scored);
      HeldEngines.hold();

      List<Unanswered> unanswered = new ArrayList<>(sendWaiting(job, "old", RunningJob.PARTITIONS));
      job.awaitCheckpoints(OLD);
      unanswered.addAll(sendWaiting(job, "young", 3 * RunningJob.PARTITIONS));
      for (int key = 0; key < RunningJob.PARTITIONS; key++) {
        String nobody = sample(key).replace("\"digits\"", "\"nobody\"");
        RecordCoordinates refused = job.send(request(key, "refused-" + key, nobody));
        unanswered.add(new Unanswered(refused, "rejected", ""));
      }
      job.awaitCheckpoints(2);

      Files.createDirectories(SAVEPOINTS);
      Files.move(job.savepoint(directory.resolve("savepoints")), target);
      Files.write(
          target.resolve("unanswered.csv"), unanswered.stream().map(Unanswered::line).toList());
    }
  }

  /** Two of each key; one in four wants its answer on the reply topic. */
  private static List<Unanswered> sendWaiting(RunningJob job, String name, int firstSample)
      throws Exception {
    List<Unanswered> waiting = new ArrayList<>();
    for (int number = 0; number < 2 * RunningJob.PARTITIONS; number++) {
      String sample = sample(firstSample + number);
      ProducerRecord<byte[], byte[]> request =
          request(number % RunningJob.PARTITIONS, name + '-' + number, sample);
      add(request, HeaderNames.DEADLINE, "4102444800000");
      add(request, HeaderNames.PRIORITY, Integer.toString(1 + number % 2));
      if (number % 4 == 3) {
        add(request, HeaderNames.REPLY_TOPIC, RunningJob.REPLIES);
      }
      Matcher label = LABEL.matcher(sample);
      assertThat(label.find()).isTrue();
      waiting.add(new Unanswered(job.send(request), "ok", label.group(1)));
    }
    return waiting;
  }

  private static Configuration options() {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    options.set(MillraceOptions.ORDER, Order.KEY);
    options.set(MillraceOptions.DEDUP_TTL, Duration.ofDays(FOR_EVER_DAYS));
    return options;
  }

  private static PyTorchEngineProvider engines() {
    return new PyTorchEngineProvider(new EngineSettings("cpu", 1));
  }

  private static String sample(int number) throws IOException {
    return Digits.samples().get(number).replaceFirst("\"id\":\"[^\"]*\",", "");
  }

  /** Each key has a partition of its own. */
  private static ProducerRecord<byte[], byte[]> request(int key, String id, String value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            RunningJob.REQUESTS, key, ("key-" + key).getBytes(UTF_8), value.getBytes(UTF_8));
    add(record, HeaderNames.CLOUD_EVENT_ID, id);
    add(record, HeaderNames.TENANT, "tenant-" + key % 2);
    return record;
  }

  private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  /** The digit that the model saw, empty where there is none. */
  private static String digit(ConsumerRecord<byte[], byte[]> answer) {
    Matcher matcher = SCORES.matcher(Answers.text(answer));
    if (!matcher.find()) {
      return "";
    }
    List<Double> scores = Stream.of(matcher.group(1).split(",")).map(Double::valueOf).toList();
    return Integer.toString(scores.indexOf(scores.stream().max(Double::compare).orElseThrow()));
  }
}
