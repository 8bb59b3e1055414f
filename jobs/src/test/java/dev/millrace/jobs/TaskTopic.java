package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.MalformedTaskException;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.json.TaskRecordReader;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/** What a read_committed consumer saw on the topic of tasks, by the request that it tells of. */
final class TaskTopic {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Map<RecordCoordinates, List<TaskRecord>> bySource = new HashMap<>();

  private TaskTopic() {}

  /**
   * Reads until each of these has ended, and then for so long on, in case there is something too
   * much.
   */
  static TaskTopic await(
      Consumer<byte[], byte[]> consumer, Collection<RecordCoordinates> tasks, Duration on) {
    TaskTopic topic = new TaskTopic();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> topic.poll(consumer) && tasks.stream().allMatch(topic::hasEnded));
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .during(on)
        .until(() -> topic.poll(consumer));
    return topic;
  }

  private boolean poll(Consumer<byte[], byte[]> consumer) throws MalformedTaskException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      TaskRecord task = new TaskRecordReader().read(record.value());
      assertThat(record.key()).isEqualTo(new TaskRecordWriter().key(task.tenant(), task.id()));
      assertThat(Answers.header(record, HeaderNames.TENANT)).isEqualTo(task.tenant());
      assertThat(Answers.header(record, HeaderNames.REQUEST_ID)).isEqualTo(task.id());
      assertThat(record.headers().lastHeader(HeaderNames.TRACE_PARENT)).isNotNull();
      bySource.computeIfAbsent(task.source(), source -> new ArrayList<>()).add(task);
    }
    return true;
  }

  private boolean hasEnded(RecordCoordinates task) {
    return of(task).stream().anyMatch(state -> state.status().isTerminal());
  }

  /** The states of a task, in the order in which they were written. */
  List<TaskRecord> of(RecordCoordinates task) {
    return bySource.getOrDefault(task, List.of());
  }

  /** These and no others; each waits first and once, and ends last and once. */
  void assertWholeLivesOf(Collection<RecordCoordinates> tasks) {
    assertThat(bySource.keySet()).containsExactlyInAnyOrderElementsOf(tasks);
    bySource.forEach(
        (source, states) -> {
          List<TaskStatus> statuses = states.stream().map(TaskRecord::status).toList();
          assertThat(statuses.get(statuses.size() - 1).isTerminal())
              .as("%s: %s", source, statuses)
              .isTrue();
          assertThat(statuses.stream().filter(TaskStatus::isTerminal).count())
              .as("%s: %s", source, statuses)
              .isOne();
          if (statuses.size() > 1) {
            assertThat(statuses.get(0)).as("%s: %s", source, statuses).isEqualTo(TaskStatus.QUEUED);
            assertThat(statuses.subList(1, statuses.size())).doesNotContain(TaskStatus.QUEUED);
          }
        });
  }

  /** The result of a task, as bytes. */
  byte[] result(RecordCoordinates task) {
    List<TaskRecord> states = of(task);
    String result = states.get(states.size() - 1).result();
    assertThat(result).as("result of %s", task).isNotNull();
    return String.valueOf(result).getBytes(UTF_8);
  }
}
