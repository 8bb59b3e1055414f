package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A state of a task, which is a request whose producer wants to hear how it fares. The topic of
 * tasks is compacted by tenant and id, so that the newest state of each stays.
 *
 * @param source where the request stood
 * @param model what was asked for, resolved to a version as soon as the request waits; null when no
 *     model could be read out of it
 * @param batchSize how many requests were scored together with this one, itself included; 0 when it
 *     was not scored
 * @param result the body of the result, a JSON object: only of {@link TaskStatus#SUCCEEDED}, and
 *     null there too when it is too large for the topic of tasks
 * @param fault why there will be no result; null unless the task has ended without one
 */
public record TaskRecord(
    String tenant,
    String id,
    RecordCoordinates source,
    TaskStatus status,
    @Nullable ModelReference model,
    Times times,
    int batchSize,
    @Nullable String result,
    @Nullable Fault fault) {
  public TaskRecord {
    if (tenant.isEmpty() || id.isEmpty()) {
      throw new IllegalArgumentException("a task without tenant or id");
    }
    if (batchSize < 0) {
      throw new IllegalArgumentException("a batch of " + batchSize + " requests");
    }
    if (status.isTerminal() != (times.ended() != null)) {
      throw new IllegalArgumentException(
          "a task that is %s and ended at %s".formatted(status.wireName(), times.ended()));
    }
    boolean started = times.started() != null;
    if (started ? status == TaskStatus.QUEUED : status == TaskStatus.RUNNING) {
      throw new IllegalArgumentException(
          "a task that is %s and was started at %s".formatted(status.wireName(), times.started()));
    }
    if (result != null && status != TaskStatus.SUCCEEDED) {
      throw new IllegalArgumentException("a result of a task that is " + status.wireName());
    }
    boolean faulty = status.isTerminal() && status != TaskStatus.SUCCEEDED;
    if (faulty != (fault != null)) {
      throw new IllegalArgumentException(
          "a task that is %s with the error %s".formatted(status.wireName(), fault));
    }
  }

  /** The same with the result of a task that has succeeded. */
  public TaskRecord withResult(String body) {
    return new TaskRecord(tenant, id, source, status, model, times, batchSize, body, fault);
  }

  /**
   * When it came to its states, epoch milliseconds.
   *
   * @param created when its request was written
   * @param started when it was given to the engine; null when it was not, or not yet, and when it
   *     was answered with the result of another
   * @param ended null when it has not
   */
  public record Times(long created, @Nullable Long started, @Nullable Long ended) {}

  /**
   * Why a task has no result: the error of the request's answer, in words of the wire, so that who
   * reads it need not know them all.
   *
   * @param code see {@link ErrorCode#wireName}
   * @param type see {@link ErrorCode#type}
   * @param param the field of the request that is at fault, null when it is none, or not known
   */
  public record Fault(String code, String message, String type, @Nullable String param) {
    /** That of an answer. */
    public static Fault of(ErrorResult error) {
      return new Fault(
          error.code().wireName(), error.message(), error.code().type(), error.param());
    }
  }
}
