package dev.millrace.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All there is to know of a request beside its body: who asks, how soon, and where the answer goes.
 *
 * @param id the request id: from the body, else the {@code ce_id} header, else the record's
 *     coordinates
 * @param source the record it came in
 * @param key the record's key, which the result carries too
 * @param timestamp when it was written, epoch milliseconds; the time of reading where the record's
 *     own is nonsense
 * @param priority 1 is soonest; 0 is the model's default level
 * @param deadline epoch milliseconds, or {@link #NO_DEADLINE}
 * @param tenant who asks; {@code default} when nobody says
 * @param trace the {@code traceparent} and {@code tracestate} headers, where they are well formed
 * @param reply where the answer goes, or null for the result topic
 * @param encoding how the request was written
 * @param task whether its states are written to the topic of tasks
 */
public record Envelope(
    String id,
    RecordCoordinates source,
    byte @Nullable [] key,
    long timestamp,
    int priority,
    long deadline,
    String tenant,
    List<RecordHeader> trace,
    @Nullable ReplyAddress reply,
    Encoding encoding,
    boolean task) {
  /** The deadline of a request that can wait for ever. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Of a request that is no task. */
  public Envelope(
      String id,
      RecordCoordinates source,
      byte @Nullable [] key,
      long timestamp,
      int priority,
      long deadline,
      String tenant,
      List<RecordHeader> trace,
      @Nullable ReplyAddress reply,
      Encoding encoding) {
    this(id, source, key, timestamp, priority, deadline, tenant, trace, reply, encoding, false);
  }

  /** The same with another deadline. */
  public Envelope withDeadline(long other) {
    return new Envelope(
        id, source, key, timestamp, priority, other, tenant, trace, reply, encoding, task);
  }

  /** The same, to be answered on the result topic. */
  public Envelope withoutReply() {
    return new Envelope(
        id, source, key, timestamp, priority, deadline, tenant, trace, null, encoding, task);
  }

  /** The same, whose states nobody hears of. */
  public Envelope withoutTask() {
    return new Envelope(
        id, source, key, timestamp, priority, deadline, tenant, trace, reply, encoding, false);
  }

  /** The same, whose states are written to the topic of tasks. */
  public Envelope asTask() {
    return new Envelope(
        id, source, key, timestamp, priority, deadline, tenant, trace, reply, encoding, true);
  }

  /** The same without the parts whose size the producer chooses and that only travel along. */
  public Envelope withoutKeyAndTrace() {
    return new Envelope(
        id, source, null, timestamp, priority, deadline, tenant, List.of(), reply, encoding, task);
  }
}
