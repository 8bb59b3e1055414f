package dev.millrace.bench.tasks;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.tasks.TaskProjection;
import dev.millrace.gateway.tasks.TaskProjectionSettings;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** How many records a second one instance projects that has fallen behind. */
final class ProjectionRate {
  private static final String TOPIC = "tasks";
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String RESULT = "{\"outputs\":[\"" + "0.125,".repeat(50) + "\"]}";

  private ProjectionRate() {}

  /**
   * Projects three states of each of so many tasks, which are not in the database yet.
   *
   * @return records a second
   */
  static double measure(Path directory, Database database, int tasks, Progress progress)
      throws BenchmarkException, InterruptedException, SQLException {
    try (LocalBroker broker =
        LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("broker")))) {
      Map<String, String> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
      Topics.create(
          broker.bootstrapServers(),
          Map.of(),
          List.of(TopicSpecification.compacted(TOPIC, PARTITIONS)));
      long records = send(kafka, tasks);
      progress.say("%,d records to project".formatted(records));
      long begin = System.nanoTime();
      try (TaskProjection projection =
          TaskProjection.start(new TaskProjectionSettings(kafka, TOPIC, "bench"), database)) {
        while (projected(database) < records) {
          if (System.nanoTime() - begin > PATIENCE.toNanos()) {
            throw new BenchmarkException(
                "%d of %d records after %s: %s"
                    .formatted(
                        projected(database),
                        records,
                        PATIENCE,
                        projection.problem().orElse("it goes on")));
          }
          TimeUnit.MILLISECONDS.sleep(50);
        }
        return records / ((System.nanoTime() - begin) / 1e9);
      }
    } catch (BrokerUnavailableException | ExecutionException | TimeoutException e) {
      throw new BenchmarkException("no topic of tasks: " + e.getMessage(), e);
    }
  }

  private static long send(Map<String, String> kafka, int tasks)
      throws InterruptedException, ExecutionException, TimeoutException {
    TaskRecordWriter writer = new TaskRecordWriter();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.copyOf(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int number = 0; number < tasks; number++) {
        for (TaskStatus status :
            List.of(TaskStatus.QUEUED, TaskStatus.RUNNING, TaskStatus.SUCCEEDED)) {
          TaskRecord task = task(number, status);
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      TOPIC, writer.key(task.tenant(), task.id()), writer.write(task)));
        }
      }
      producer.flush();
    }
    return 3L * tasks;
  }

  private static TaskRecord task(int number, TaskStatus status) {
    long created = TaskTable.FIRST + TaskTable.SPAN + number;
    boolean ended = status.isTerminal();
    boolean started = status != TaskStatus.QUEUED;
    return new TaskRecord(
        TaskTable.LARGE_TENANT,
        "projected-" + number,
        new RecordCoordinates("requests", 0, number),
        status,
        new ModelReference(TaskTable.COMMON_MODEL, "1"),
        new Times(created, started ? created + 12 : null, ended ? created + 20 : null),
        started ? 32 : 0,
        ended ? RESULT : null,
        null);
  }

  private static long projected(Database database) throws SQLException {
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select coalesce(sum(greatest(next_offset, 0)), 0) from task_offset")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
