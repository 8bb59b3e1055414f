package dev.millrace.gateway.tasks;

import dev.millrace.protocol.TaskRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some tasks, the newest first.
 *
 * @param tasks without their results
 * @param next behind which the next page begins; null when this is the last one
 */
public record TaskPage(List<TaskRecord> tasks, @Nullable TaskCursor next) {
  public TaskPage {
    tasks = List.copyOf(tasks);
  }
}
