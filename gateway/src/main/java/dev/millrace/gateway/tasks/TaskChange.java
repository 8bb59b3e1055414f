package dev.millrace.gateway.tasks;

import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;

/** What a record of the topic of tasks asks of the database. */
sealed interface TaskChange {
  /** Where the record stands. */
  RecordCoordinates coordinates();

  /**
   * The task has come to this state.
   *
   * @param position of the record among all that its partition has ever had
   */
  record Told(RecordCoordinates coordinates, long position, TaskRecord task)
      implements TaskChange {}

  /** The task is to be forgotten. */
  record Forgotten(RecordCoordinates coordinates, long position, String tenant, String id)
      implements TaskChange {}

  /** Nothing, since the record cannot be read. */
  record Unreadable(RecordCoordinates coordinates, String reason) implements TaskChange {}
}
