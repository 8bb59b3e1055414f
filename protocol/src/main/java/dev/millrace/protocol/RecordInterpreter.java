package dev.millrace.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Interprets one record's headers and timestamp. Every method returns a usable value and notes as a
 * problem what it had to replace; {@link #problems} is complete when all have been called.
 */
final class RecordInterpreter {
  private static final long MICROSECONDS_PER_MILLISECOND = 1000;
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};

  private final SourceRecord record;
  private final KnownHeaders headers;
  private final List<HeaderProblem> problems = new ArrayList<>(0);

  RecordInterpreter(SourceRecord record) {
    this.record = record;
    this.headers = new KnownHeaders(record.headers());
  }

  List<HeaderProblem> problems() {
    return problems;
  }

  String id(@Nullable String bodyId) {
    if (bodyId != null && !bodyId.isEmpty()) {
      if (HeaderText.isPrintable(bodyId, EnvelopeReader.MAXIMUM_ID_LENGTH)) {
        return bodyId;
      }
      problems.add(HeaderProblem.ID);
    }
    String eventId = text(headers.cloudEventId, EnvelopeReader.MAXIMUM_ID_LENGTH, HeaderProblem.ID);
    return eventId == null ? record.coordinates().asRequestId() : eventId;
  }

  long timestamp(long now) {
    long timestamp = record.timestamp();
    if (timestamp < 0 || timestamp - EnvelopeReader.MAXIMUM_TIMESTAMP_LEAD > now) {
      problems.add(HeaderProblem.TIMESTAMP);
      return now;
    }
    return timestamp;
  }

  int priority(@Nullable ParameterValue parameter) {
    Long priority = natural(parameter, HeaderProblem.PRIORITY);
    if (priority == null) {
      priority = natural(headers.priority, HeaderProblem.PRIORITY);
    }
    return priority == null ? 0 : (int) Math.min(priority, EnvelopeReader.MAXIMUM_PRIORITY);
  }

  /** A timeout of 0 is none, as in Triton; a header then may still set a deadline. */
  long deadline(@Nullable ParameterValue timeoutParameter, long timestamp) {
    Long timeout = natural(timeoutParameter, HeaderProblem.TIMEOUT);
    if (timeout != null && timeout > 0) {
      long milliseconds = (timeout - 1) / MICROSECONDS_PER_MILLISECOND + 1;
      // Cannot overflow: a thousandth of a long and a time of day.
      return timestamp + milliseconds;
    }
    Long deadline = natural(headers.deadline, HeaderProblem.DEADLINE);
    return deadline == null || deadline == 0 ? Envelope.NO_DEADLINE : deadline;
  }

  String tenant() {
    String tenant =
        text(headers.tenant, EnvelopeReader.MAXIMUM_TENANT_LENGTH, HeaderProblem.TENANT);
    return tenant == null ? EnvelopeReader.DEFAULT_TENANT : tenant;
  }

  List<RecordHeader> trace() {
    byte[] parent = headers.traceParent;
    byte[] state = headers.traceState;
    boolean parentIsGood = parent != null && TraceContext.isParent(parent);
    boolean stateIsGood = parentIsGood && state != null && TraceContext.isState(state);
    if ((parent != null && !parentIsGood) || (state != null && !stateIsGood)) {
      problems.add(HeaderProblem.TRACE);
    }
    if (!parentIsGood) {
      return List.of();
    }
    List<RecordHeader> trace = new ArrayList<>(2);
    trace.add(new RecordHeader(HeaderNames.TRACE_PARENT, parent));
    if (stateIsGood) {
      trace.add(new RecordHeader(HeaderNames.TRACE_STATE, state));
    }
    return trace;
  }

  /** The topic may still be one that nobody may write to: that is for admission to say. */
  @Nullable ReplyAddress reply() {
    String topic = text(headers.replyTopic, Integer.MAX_VALUE, HeaderProblem.REPLY_TOPIC);
    Long partition = natural(headers.replyPartition, HeaderProblem.REPLY_PARTITION);
    if (partition != null && partition > Integer.MAX_VALUE) {
      problems.add(HeaderProblem.REPLY_PARTITION);
      partition = null;
    }
    return topic == null
        ? null
        : new ReplyAddress(topic, partition == null ? null : partition.intValue());
  }

  Encoding encoding() {
    byte[] value = headers.contentType;
    Encoding named = value == null ? null : HeaderText.encoding(value);
    if (value != null && named == null) {
      problems.add(HeaderProblem.CONTENT_TYPE);
    }
    return named == null ? Encoding.JSON : named;
  }

  boolean task() {
    byte[] value = headers.task;
    boolean isTask = value != null && Arrays.equals(value, TRUE);
    if (value != null && !isTask) {
      problems.add(HeaderProblem.TASK);
    }
    return isTask;
  }

  private @Nullable String text(byte @Nullable [] value, int maximumLength, HeaderProblem problem) {
    if (value == null) {
      return null;
    }
    String text = HeaderText.printable(value, maximumLength);
    if (text == null) {
      problems.add(problem);
    }
    return text;
  }

  private @Nullable Long natural(byte @Nullable [] value, HeaderProblem problem) {
    if (value == null) {
      return null;
    }
    Long number = HeaderText.natural(value);
    if (number == null) {
      problems.add(problem);
    }
    return number;
  }

  private @Nullable Long natural(@Nullable ParameterValue parameter, HeaderProblem problem) {
    if (parameter == null) {
      return null;
    }
    if (parameter instanceof ParameterValue.Int64 integer && integer.value() >= 0) {
      return integer.value();
    }
    problems.add(problem);
    return null;
  }
}
