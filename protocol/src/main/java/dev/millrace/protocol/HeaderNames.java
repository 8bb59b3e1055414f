package dev.millrace.protocol;

/** The names of the Kafka record headers Millrace reads and writes. */
public final class HeaderNames {
  /** How the value is written; see {@link Encoding#contentType}. */
  public static final String CONTENT_TYPE = "content-type";

  /** The request id of a body that has none: the {@code id} of a CloudEvent in binary mode. */
  public static final String CLOUD_EVENT_ID = "ce_id";

  /** How soon: 1 is soonest, 0 the model's default level. */
  public static final String PRIORITY = "millrace-priority";

  /** When the answer is of no more use, epoch milliseconds. */
  public static final String DEADLINE = "millrace-deadline";

  /** Who asks. */
  public static final String TENANT = "millrace-tenant";

  /** W3C trace context: the parent span. */
  public static final String TRACE_PARENT = "traceparent";

  /** W3C trace context: what the tracing systems on the way added. */
  public static final String TRACE_STATE = "tracestate";

  /** The topic the answer goes to instead of the result topic. */
  public static final String REPLY_TOPIC = "millrace-reply-topic";

  /** The partition of the reply topic. */
  public static final String REPLY_PARTITION = "millrace-reply-partition";

  /** The id of the request that this record takes back. */
  public static final String CANCEL = "millrace-cancel";

  /** {@code true} on a request whose states are written to the topic of tasks. */
  public static final String TASK = "millrace-task";

  /** How the request ended; see {@link ResultStatus#wireName}. */
  public static final String STATUS = "millrace-status";

  /** The id of the request that a result answers. */
  public static final String REQUEST_ID = "millrace-request-id";

  /** Where the request stood; see {@link RecordCoordinates#toString}. */
  public static final String SOURCE = "millrace-source";

  /** How many requests were scored together with this one, itself included. */
  public static final String BATCH_SIZE = "millrace-batch-size";

  /** How many milliseconds the request waited before it was scored, or before it ended unscored. */
  public static final String QUEUED = "millrace-queued-ms";

  /** {@code hit} on an answer that was not scored for this request. */
  public static final String CACHE = "millrace-cache";

  /**
   * On a record that holds a piece of a text and is no answer: see {@link
   * CompletionProgress#sequence}.
   */
  public static final String SEQUENCE = "millrace-sequence";

  private HeaderNames() {}
}
