package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition has been projected. Whoever changes an offset names the one it knows, so
 * that one who has lost a partition without having heard of it changes nothing. Blocks.
 */
final class ProjectionOffsets {
  /** Writes in any case: a database that can be read and not written is of no use here. */
  private static final String CLAIM =
      """
      insert into task_offset (consumer_group, topic, partition, next_offset, position_base)
      values (?, ?, ?, %d, 0)
      on conflict (consumer_group, topic, partition)
      do update set next_offset = task_offset.next_offset
      returning next_offset, position_base
      """
          .formatted(StoredOffset.BEGINNING);

  private static final String MOVE =
      """
      update task_offset set next_offset = ?, position_base = ?
      where consumer_group = ? and topic = ? and partition = ?
        and next_offset = ? and position_base = ?
      """;

  private final Database database;
  private final String group;

  ProjectionOffsets(Database database, String group) {
    this.database = database;
    this.group = group;
  }

  /** Where to go on, for each of them. */
  Map<TopicPartition, StoredOffset> claim(Collection<TopicPartition> partitions)
      throws SQLException {
    Map<TopicPartition, StoredOffset> offsets = new HashMap<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      for (TopicPartition partition : partitions) {
        statement.setString(1, group);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
        try (ResultSet row = statement.executeQuery()) {
          if (!row.next()) {
            throw new SQLException("no offset of " + partition);
          }
          offsets.put(partition, new StoredOffset(row.getLong(1), row.getLong(2)));
        }
      }
    }
    return offsets;
  }

  /** Moves in a transaction of its own; see {@link #move}. */
  boolean move(TopicPartition partition, StoredOffset from, StoredOffset to) throws SQLException {
    try (Connection connection = database.connection()) {
      return move(connection, partition, from, to);
    }
  }

  /** Moves an offset, and says false when it is not where it was said to be. */
  boolean move(Connection connection, TopicPartition partition, StoredOffset from, StoredOffset to)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
      statement.setLong(1, to.next());
      statement.setLong(2, to.base());
      statement.setString(3, group);
      statement.setString(4, partition.topic());
      statement.setInt(5, partition.partition());
      statement.setLong(6, from.next());
      statement.setLong(7, from.base());
      return statement.executeUpdate() == 1;
    }
  }
}
