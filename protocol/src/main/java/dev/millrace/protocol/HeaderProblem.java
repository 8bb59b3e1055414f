package dev.millrace.protocol;

import java.util.Locale;

/**
 * What of a record was malformed while its request could still be served: the default took its
 * place. Each is a value of a metric's label.
 */
public enum HeaderProblem {
  /** The {@code content-type} header names no encoding; the value was taken for JSON. */
  CONTENT_TYPE,
  /** An id is too long or has control characters; the next source of an id was taken. */
  ID,
  /** A priority is not an integer of at least 0. */
  PRIORITY,
  /** {@code parameters.timeout} is not an integer of at least 0. */
  TIMEOUT,
  /** The {@code millrace-deadline} header is not an integer of at least 0. */
  DEADLINE,
  /** The record's timestamp is negative or far in the future; the time of reading was taken. */
  TIMESTAMP,
  /** The tenant is empty, too long or not text. */
  TENANT,
  /** {@code traceparent} or {@code tracestate} is not W3C trace context; it was dropped. */
  TRACE,
  /** The reply topic is empty or not text; the answer goes to the result topic. */
  REPLY_TOPIC,
  /** The reply partition is not an integer of at least 0; the key decides. */
  REPLY_PARTITION,
  /** {@code millrace-task} is not {@code true}; the request is no task. */
  TASK;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The value of a metric's label. */
  public String wireName() {
    return wireName;
  }
}
