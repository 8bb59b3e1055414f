package dev.millrace.bench.tasks;

import dev.millrace.gateway.tasks.TaskCursor;
import dev.millrace.gateway.tasks.TaskPage;
import dev.millrace.gateway.tasks.TaskQuery;
import dev.millrace.gateway.tasks.TaskStore;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A combination of filters. */
record Filter(
    String tenant, @Nullable TaskStatus status, @Nullable String model, @Nullable Long since) {
  private static final int STRIDE = 10_000;

  /** Every combination, with values that many tasks have, and with values that few have. */
  static List<Filter> all() {
    List<Filter> filters = new ArrayList<>();
    combine(
        filters,
        TaskTable.LARGE_TENANT,
        TaskStatus.SUCCEEDED,
        TaskTable.COMMON_MODEL,
        TaskTable.FIRST + TaskTable.SPAN / 10);
    combine(
        filters,
        TaskTable.LARGE_TENANT,
        TaskStatus.CANCELLED,
        TaskTable.RARE_MODEL,
        TaskTable.FIRST + TaskTable.SPAN / 10 * 9);
    combine(
        filters,
        TaskTable.SMALL_TENANT,
        TaskStatus.FAILED,
        TaskTable.RARE_MODEL,
        TaskTable.FIRST + TaskTable.SPAN / 2);
    return filters.stream().distinct().toList();
  }

  private static void combine(
      List<Filter> filters, String tenant, TaskStatus status, String model, long since) {
    for (int bits = 0; bits < 8; bits++) {
      filters.add(
          new Filter(
              tenant,
              (bits & 1) == 0 ? null : status,
              (bits & 2) == 0 ? null : model,
              (bits & 4) == 0 ? null : since));
    }
  }

  TaskQuery query(@Nullable TaskCursor after, int limit) {
    return new TaskQuery(tenant, status, model, since, after, limit);
  }

  /** The place of each of its tasks, the newest first. */
  List<TaskCursor> walk(TaskStore store) throws SQLException {
    List<TaskCursor> places = new ArrayList<>();
    TaskPage page = store.page(query(null, STRIDE));
    add(page, places);
    while (page.next() != null) {
      page = store.page(query(page.next(), STRIDE));
      add(page, places);
    }
    return places;
  }

  private static void add(TaskPage page, List<TaskCursor> places) {
    for (TaskRecord task : page.tasks()) {
      places.add(new TaskCursor(task.times().created(), task.id()));
    }
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ");
    text.add(tenant);
    if (status != null) {
      text.add(status.wireName());
    }
    if (model != null) {
      text.add(model);
    }
    if (since != null) {
      text.add(
          "last %.0f %%"
              .formatted((1 - (since - TaskTable.FIRST) / (double) TaskTable.SPAN) * 100));
    }
    return text.toString();
  }
}
