package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of tasks as it stands on the topic, with a real broker and real libtorch. */
class TasksIT {
  private static final int TASKS = 3_000;
  private static final int FAULTS = 4;
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  /** A few checkpoints. */
  private static final Duration ON = Duration.ofSeconds(2);

  @TempDir Path directory;

  @Test
  void aTaskHasAHistoryHoweverItEnds() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    try (RunningJob job = RunningJob.start(directory, options, HeldEngines.of(pyTorch()));
        Consumer<byte[], byte[]> consumer = job.consumer(List.of(RunningJob.TASKS))) {
      RecordCoordinates scored = job.send(task("scored", sample(0)));
      RecordCoordinates plain = job.send(request("plain", sample(1)));
      RecordCoordinates refused =
          job.send(task("refused", sample(2).replace("\"digits\"", "\"nobody\"")));
      job.awaitAnswers(List.of(scored, plain, refused));
      HeldEngines.hold();
      RecordCoordinates cancelled = job.send(task("cancelled", sample(3)));
      RecordCoordinates expired =
          job.send(with(task("expired", sample(4)), HeaderNames.DEADLINE, "1"));
      RecordCoordinates retried = job.send(task("scored", sample(0)));
      RecordCoordinates cancel =
          job.send(with(task("cancel", "{}"), HeaderNames.CANCEL, "cancelled"));

      List<RecordCoordinates> tasks = List.of(scored, refused, cancelled, expired);
      TaskTopic topic = TaskTopic.await(consumer, tasks, ON);
      Answers answers =
          job.awaitAnswers(List.of(scored, plain, refused, cancelled, expired, retried, cancel));

      topic.assertWholeLivesOf(tasks);
      assertThat(statuses(topic, scored))
          .containsExactly(TaskStatus.QUEUED, TaskStatus.RUNNING, TaskStatus.SUCCEEDED);
      assertThat(statuses(topic, refused)).containsExactly(TaskStatus.FAILED);
      assertThat(statuses(topic, cancelled))
          .containsExactly(TaskStatus.QUEUED, TaskStatus.CANCELLED);
      assertThat(statuses(topic, expired)).containsExactly(TaskStatus.QUEUED, TaskStatus.EXPIRED);
      assertThat(topic.result(scored)).isEqualTo(answers.of(scored).value());
      TaskRecord failed = topic.of(refused).get(0);
      assertThat(failed.model()).isEqualTo(new ModelReference("nobody", null));
      assertThat(failed.fault()).isNotNull().extracting("code").isEqualTo("model_not_found");
      assertThat(Answers.status(answers.of(retried))).isEqualTo("rejected");
      assertThat(Answers.text(answers.of(retried))).contains("duplicate_request");
      assertThat(Answers.status(answers.of(cancel))).isEqualTo("cancelled");
    }
  }

  @Test
  void everyTaskEndsOnceWhileTheTaskThatScoresItFailsAtRandom() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2 * FAULTS);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    FaultyEngines engines = new FaultyEngines(pyTorch(), 42, FAULTS, 8);
    try (RunningJob job = RunningJob.start(directory, options, engines);
        Consumer<byte[], byte[]> consumer = job.consumer(List.of(RunningJob.TASKS))) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int number = 0; number < TASKS; number++) {
        records.add(
            with(
                request(number % RunningJob.PARTITIONS, "task-" + number, sample(number)),
                HeaderNames.TASK,
                "true"));
      }
      List<RecordCoordinates> tasks = job.sendAll(records);

      Answers answers = job.awaitAllAnswers(tasks);
      TaskTopic topic = TaskTopic.await(consumer, tasks, ON);

      assertThat(FaultyEngines.faultsLeft()).as("faults that did not happen").isZero();
      answers.assertExactlyOneFor(tasks);
      topic.assertWholeLivesOf(tasks);
      for (RecordCoordinates task : tasks) {
        assertThat(statuses(topic, task)).contains(TaskStatus.RUNNING, TaskStatus.SUCCEEDED);
        assertThat(topic.result(task)).isEqualTo(answers.of(task).value());
      }
    }
  }

  private static List<TaskStatus> statuses(TaskTopic topic, RecordCoordinates task) {
    return topic.of(task).stream().map(TaskRecord::status).toList();
  }

  private static PyTorchEngineProvider pyTorch() {
    return new PyTorchEngineProvider(new EngineSettings("cpu", 1));
  }

  private static String sample(int number) throws IOException {
    List<String> samples = Digits.samples();
    return samples.get(number % samples.size()).replaceFirst("\"id\":\"[^\"]*\",", "");
  }

  private static ProducerRecord<byte[], byte[]> task(String id, String value) {
    return with(request(id, value), HeaderNames.TASK, "true");
  }

  /** All in one partition, so that a cancel comes behind what it cancels. */
  private static ProducerRecord<byte[], byte[]> request(String id, String value) {
    return request(0, id, value);
  }

  private static ProducerRecord<byte[], byte[]> request(int partition, String id, String value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(RunningJob.REQUESTS, partition, null, value.getBytes(UTF_8));
    with(record, HeaderNames.CLOUD_EVENT_ID, id);
    return with(record, HeaderNames.TRACE_PARENT, TRACE);
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
    return record;
  }
}
