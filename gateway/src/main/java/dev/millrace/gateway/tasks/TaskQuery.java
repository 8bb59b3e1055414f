package dev.millrace.gateway.tasks;

import dev.millrace.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks are asked for. What is null does not narrow it.
 *
 * @param model its name, of any version
 * @param since epoch milliseconds: created then or later
 * @param after the last task of the page before; null for the first page
 * @param limit the most tasks of the page, at least one
 */
public record TaskQuery(
    String tenant,
    @Nullable TaskStatus status,
    @Nullable String model,
    @Nullable Long since,
    @Nullable TaskCursor after,
    int limit) {
  public TaskQuery {
    if (limit < 1) {
      throw new IllegalArgumentException("a page of " + limit + " tasks");
    }
  }
}
