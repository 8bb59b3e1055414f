package dev.millrace.bench.tasks;

import dev.millrace.gateway.tasks.TaskCursor;
import dev.millrace.gateway.tasks.TaskStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page that is measured.
 *
 * @param name which of its filter's pages it is
 * @param after behind which task it begins; null for the first page
 * @param tasks on all pages of the filter
 */
record Page(Filter filter, String name, @Nullable TaskCursor after, int tasks) {
  /** The most tasks of a page. */
  static final int LIMIT = 100;

  /** The first page of a filter, one in the middle, and the last; fewer where it has no three. */
  static List<Page> of(Filter filter, TaskStore store) throws SQLException {
    List<TaskCursor> places = filter.walk(store);
    int tasks = places.size();
    List<Page> pages = new ArrayList<>();
    pages.add(new Page(filter, "first page", null, tasks));
    if (tasks > 2 * LIMIT) {
      pages.add(new Page(filter, "middle", places.get(tasks / 2), tasks));
    }
    if (tasks > LIMIT) {
      pages.add(new Page(filter, "last", places.get(tasks - LIMIT - 1), tasks));
    }
    return pages;
  }

  /**
   * Reads it.
   *
   * @return how long that took, nanoseconds
   * @throws IllegalStateException when it has not as many tasks as it should
   */
  long read(TaskStore store) throws SQLException {
    long begin = System.nanoTime();
    int size = store.page(filter.query(after, LIMIT)).tasks().size();
    long nanos = System.nanoTime() - begin;
    if (size != Math.min(LIMIT, tasks)) {
      throw new IllegalStateException("%s, %s has %d tasks".formatted(filter, name, size));
    }
    return nanos;
  }
}
