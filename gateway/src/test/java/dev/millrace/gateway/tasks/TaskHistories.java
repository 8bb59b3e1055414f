package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.Tasks.DIGITS;
import static dev.millrace.gateway.tasks.Tasks.NOON;

import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Lives of tasks. */
final class TaskHistories {
  private static final List<TaskStatus> ENDS =
      List.of(TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.EXPIRED, TaskStatus.CANCELLED);

  private TaskHistories() {}

  /** The states of tasks with every kind of end, or none yet, mixed with each other. */
  static List<TaskRecord> random(int tasks, long seed) {
    Random random = new Random(seed);
    List<List<TaskRecord>> open = new ArrayList<>();
    List<TaskRecord> told = new ArrayList<>();
    for (int number = 0; number < tasks; number++) {
      TaskStatus end = random.nextInt(8) == 0 ? null : ENDS.get(random.nextInt(ENDS.size()));
      open.add(new ArrayList<>(of("task-" + number, number, end)));
      while (open.size() > 50) {
        tell(open, random, told);
      }
    }
    while (!open.isEmpty()) {
      tell(open, random, told);
    }
    return told;
  }

  private static void tell(List<List<TaskRecord>> open, Random random, List<TaskRecord> told) {
    int chosen = random.nextInt(open.size());
    told.add(open.get(chosen).remove(0));
    if (open.get(chosen).isEmpty()) {
      open.remove(chosen);
    }
  }

  /** The states of one task. */
  static List<TaskRecord> of(String id, long request, @Nullable TaskStatus end) {
    List<TaskRecord> states = new ArrayList<>();
    states.add(Tasks.queued(id, request));
    if (end != TaskStatus.EXPIRED) {
      states.add(Tasks.running(id, request));
    }
    if (end != null) {
      states.add(Tasks.of("acme", id, request, end, DIGITS, NOON));
    }
    return states;
  }
}
