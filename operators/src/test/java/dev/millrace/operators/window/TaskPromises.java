package dev.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operators.window.SimulatedTraffic.Entry;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the window promises of tasks: each is told to wait, to run and to have ended, in this order,
 * the first and the last once, and the last with its answer; of what is no task nothing is told.
 */
final class TaskPromises {
  /** Where the first of an id stood, as its duplicates are told. */
  private static final Pattern FIRST = Pattern.compile("at requests/0/(\\d+),");

  private final List<Entry> topic;

  /** The newest state of each task by number, as a read_committed consumer has it. */
  private Map<Long, TaskStatus> committed = new HashMap<>();

  /** The same with what has been written since the last checkpoint. */
  private Map<Long, TaskStatus> newest = new HashMap<>();

  /** Tasks that were answered in this step, and how. */
  private final Map<Long, TaskStatus> due = new HashMap<>();

  /** Tasks that may be answered without a word. */
  private final Set<Long> silent = new HashSet<>();

  /**
   * @param topic all records so far, by number; grows
   */
  TaskPromises(List<Entry> topic) {
    this.topic = topic;
  }

  void checkpointCompleted() {
    committed = new HashMap<>(newest);
  }

  void crashed() {
    newest = new HashMap<>(committed);
  }

  /** A request has its answer. */
  void answered(OutboundRecord answer) throws Exception {
    long number = WindowHarness.numberOf(answer);
    Entry entry = topic.get((int) number);
    if (!entry.ask().task() || entry.kind() == Entry.Kind.CANCEL) {
      return;
    }
    ResultStatus status = ResultStatus.fromWireName(WindowHarness.statusOf(answer)).orElseThrow();
    if (isDuplicateOfATask(answer, status)) {
      // What is told is told of the first.
      return;
    }
    if (entry.kind() == Entry.Kind.REFUSED) {
      // Its id may be that of a task, whose history goes on.
      silent.add(number);
    }
    due.put(number, TaskStatus.of(status));
  }

  /** Whether that tells of a task which came before under the same id. */
  private boolean isDuplicateOfATask(OutboundRecord answer, ResultStatus status) throws Exception {
    if (status != ResultStatus.REJECTED) {
      return false;
    }
    ErrorResult error =
        (ErrorResult) new ResultDecoder().decode(answer.value(), Encoding.PROTOBUF, status);
    Matcher first = FIRST.matcher(error.message());
    return error.code() == ErrorCode.DUPLICATE_REQUEST
        && first.find()
        && topic.get(Integer.parseInt(first.group(1))).ask().task();
  }

  /** A state of a task was written. */
  void told(TaskRecord task) {
    long number = task.source().offset();
    Entry entry = topic.get((int) number);
    assertThat(entry.ask().task() && entry.kind() != Entry.Kind.CANCEL)
        .as("%d is no task, but %s", number, task)
        .isTrue();
    TaskStatus before = newest.put(number, task.status());
    if (task.status().isTerminal()) {
      assertThat(before == null || !before.isTerminal())
          .as("%d ends twice: %s", number, task)
          .isTrue();
      assertThat(due.remove(number)).as("%d was not answered so", number).isEqualTo(task.status());
      silent.remove(number);
      boolean wasAccepted = entry.kind() == Entry.Kind.REQUEST && !neverWaits(task);
      assertThat(before != null || !wasAccepted).as("%d ends, but never waited", number).isTrue();
    } else if (task.status() == TaskStatus.RUNNING) {
      assertThat(before).as("%d runs", number).isIn(TaskStatus.QUEUED, TaskStatus.RUNNING);
    } else {
      assertThat(before).as("%d waits again", number).isNull();
    }
  }

  private static boolean neverWaits(TaskRecord task) {
    TaskRecord.Fault fault = task.fault();
    return fault != null
        && (fault.code().equals(ErrorCode.OVERLOADED.wireName())
            || fault.code().equals(ErrorCode.DUPLICATE_REQUEST.wireName()));
  }

  /** A step is over: all that was answered in it has been told of. */
  void check() {
    due.keySet().removeAll(silent);
    silent.clear();
    assertThat(due).as("answered, but not told of").isEmpty();
  }
}
