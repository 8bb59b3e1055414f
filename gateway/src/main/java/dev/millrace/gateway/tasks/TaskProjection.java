package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.BackOff;
import dev.millrace.gateway.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Projects the topic of tasks into the database, on a thread of its own. The instances that share a
 * database are one consumer group and share the partitions; those of another database are another
 * group, whatever they are told, so that each database has all tasks.
 *
 * <p>Each record is projected once: how far a partition has come is written in the transaction that
 * writes the rows, by whoever has read from exactly there. And a record that is projected again
 * changes nothing, so that the topic can be read from its beginning at any time.
 *
 * <p>Nothing ends it but {@link #close}: while Kafka or the database is away it waits, and a record
 * that cannot be read or stored is skipped.
 */
public final class TaskProjection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskProjection.class);
  private static final int BATCH = 1_000;

  /** A new topic, or a new partition of it, is found within this time. */
  private static final int METADATA_MILLIS = 5_000;

  /** One that has lived so long was no failure. */
  private static final long LONG_LIFE_NANOS = Duration.ofSeconds(30).toNanos();

  private final TaskProjectionSettings settings;
  private final Database database;
  private final ProjectionOffsets offsets;
  private final ProjectionWriter writer;
  private final ProjectionState state = new ProjectionState();
  private final CloseSignal signal = new CloseSignal();
  private final Thread thread;
  private volatile @Nullable ProjectionLoop current;

  private TaskProjection(TaskProjectionSettings settings, Database database) {
    this.settings = settings;
    this.database = database;
    offsets = new ProjectionOffsets(database, settings.group());
    writer = new ProjectionWriter(database, offsets);
    thread = new Thread(this::run, "task-projection");
    thread.setDaemon(true);
  }

  /** Begins, and goes on whenever Kafka and the database are there; returns at once. */
  public static TaskProjection start(TaskProjectionSettings settings, Database database) {
    TaskProjection projection = new TaskProjection(settings, database);
    projection.thread.start();
    return projection;
  }

  private void run() {
    try {
      int failures = 0;
      while (!signal.isClosed()) {
        long begin = System.nanoTime();
        try {
          consume();
        } catch (SQLException e) {
          state.databaseFails(e);
        } catch (KafkaException e) {
          fail(e);
        } catch (RuntimeException e) {
          LOG.error("The projection of tasks has failed, and begins again.", e);
          fail(e);
        }
        failures = System.nanoTime() - begin > LONG_LIFE_NANOS ? 1 : failures + 1;
        signal.await(BackOff.DEFAULT.millis(failures));
      }
    } finally {
      state.ended();
    }
  }

  private void consume() throws SQLException {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(consumerGroup(settings.group(), database)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try (ProjectionLoop loop =
        new ProjectionLoop(consumer, settings.topic(), offsets, writer, state)) {
      current = loop;
      while (!signal.isClosed()) {
        loop.step();
      }
    } finally {
      current = null;
    }
  }

  private void fail(RuntimeException failure) {
    if (!signal.isClosed()) {
      LOG.debug("The consumer is closed, and another one made.", failure);
      state.kafkaFails("Kafka: " + ProjectionState.line(failure));
    }
  }

  /** The group of all that share a database. */
  static String consumerGroup(String group, Database database) throws SQLException {
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select id from database_identity")) {
      if (!row.next()) {
        throw new SQLException("the database has no identity");
      }
      return group + "-" + row.getString(1);
    }
  }

  private Map<String, Object> properties(String group) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MILLIS);
    properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return properties;
  }

  /** Why it does not go on now, in one line; empty when it does. */
  public Optional<String> problem() {
    return state.problem();
  }

  /** Records behind the end of this instance's partitions, as last known. */
  public long lag() {
    return state.lag();
  }

  /** Records that were no states of tasks, or that the database refused, since the start. */
  public long skipped() {
    return writer.skipped();
  }

  /** Ends it, and leaves its partitions to the others of its group. */
  @Override
  public void close() {
    signal.close();
    ProjectionLoop loop = current;
    if (loop != null) {
      loop.wakeup();
    }
    signal.closeAndJoin(thread);
  }
}
