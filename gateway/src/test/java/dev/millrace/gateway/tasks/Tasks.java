package dev.millrace.gateway.tasks;

import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Fault;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.TaskStatus;
import org.jspecify.annotations.Nullable;

/** States of tasks for tests. */
final class Tasks {
  static final long NOON = 1_790_000_000_000L;
  static final ModelReference DIGITS = new ModelReference("digits", "1");

  private Tasks() {}

  static RecordCoordinates request(long offset) {
    return new RecordCoordinates("requests", 0, offset);
  }

  static TaskRecord queued(String id, long request) {
    return of("acme", id, request, TaskStatus.QUEUED, DIGITS, NOON);
  }

  static TaskRecord running(String id, long request) {
    return of("acme", id, request, TaskStatus.RUNNING, DIGITS, NOON);
  }

  static TaskRecord succeeded(String id, long request) {
    return of("acme", id, request, TaskStatus.SUCCEEDED, DIGITS, NOON);
  }

  static TaskRecord failed(String id, long request, ErrorCode code) {
    return failed(id, request, code, "it failed");
  }

  static TaskRecord failed(String id, long request, ErrorCode code, String message) {
    return new TaskRecord(
        "acme",
        id,
        request(request),
        TaskStatus.FAILED,
        DIGITS,
        new Times(NOON, null, NOON + 20),
        0,
        null,
        new Fault(code.wireName(), message, code.type(), "inputs"));
  }

  /** A task of that status, with all that such a task has. */
  static TaskRecord of(
      String tenant,
      String id,
      long request,
      TaskStatus status,
      @Nullable ModelReference model,
      long created) {
    boolean scored = status == TaskStatus.RUNNING || status == TaskStatus.SUCCEEDED;
    boolean succeeded = status == TaskStatus.SUCCEEDED;
    ErrorCode code =
        switch (status) {
          case QUEUED, RUNNING, SUCCEEDED -> null;
          case FAILED -> ErrorCode.ENGINE_FAILURE;
          case EXPIRED -> ErrorCode.DEADLINE_EXCEEDED;
          case CANCELLED -> ErrorCode.CANCELLED;
        };
    return new TaskRecord(
        tenant,
        id,
        request(request),
        status,
        model,
        new Times(created, scored ? created + 10 : null, status.isTerminal() ? created + 20 : null),
        scored ? 8 : 0,
        succeeded ? "{\"id\":\"" + id + "\", \"x\":[0.10, 1e-7]}" : null,
        code == null ? null : new Fault(code.wireName(), "no result", code.type(), null));
  }

  /** As a page has it. */
  static TaskRecord withoutResult(TaskRecord task) {
    return new TaskRecord(
        task.tenant(),
        task.id(),
        task.source(),
        task.status(),
        task.model(),
        task.times(),
        task.batchSize(),
        null,
        task.fault());
  }
}
