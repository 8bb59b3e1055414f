package dev.millrace.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what surrounds a request's body: record headers, the record's timestamp, and the two
 * parameters of the body that say how soon ({@code priority} and {@code timeout}).
 *
 * <p>Nothing here can fail: what is malformed is replaced by its default and reported as a {@link
 * HeaderProblem}. Without state, so safe for use by several threads.
 */
public final class EnvelopeReader {
  /** How far ahead of the reader's clock a record's timestamp may be, in milliseconds: a day. */
  public static final long MAXIMUM_TIMESTAMP_LEAD = 24 * 60 * 60 * 1000L;

  /** Priorities above this one are taken for it. */
  public static final int MAXIMUM_PRIORITY = 1_000;

  /** The most characters of a request id. */
  public static final int MAXIMUM_ID_LENGTH = 512;

  /** The most characters of a tenant's name. */
  public static final int MAXIMUM_TENANT_LENGTH = 128;

  /** The tenant of requests that name none. */
  public static final String DEFAULT_TENANT = "default";

  /** Whether that can be a tenant's name: some characters, not too many, all of them printable. */
  public static boolean isTenant(String name) {
    return HeaderText.isPrintable(name, MAXIMUM_TENANT_LENGTH);
  }

  /**
   * How a record's value is written, as its {@code content-type} header says; {@link Encoding#JSON}
   * where there is no such header or it names no known encoding.
   */
  public static Encoding encoding(List<RecordHeader> headers) {
    byte[] value = HeaderText.last(headers, HeaderNames.CONTENT_TYPE);
    Encoding named = value == null ? null : HeaderText.encoding(value);
    return named == null ? Encoding.JSON : named;
  }

  /**
   * The id of the request that a record takes back: empty when it is no cancel, or one whose header
   * is no id.
   */
  public static Optional<String> cancelTarget(List<RecordHeader> headers) {
    byte[] value = HeaderText.last(headers, HeaderNames.CANCEL);
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(HeaderText.printable(value, MAXIMUM_ID_LENGTH))
            .filter(id -> !id.isEmpty());
  }

  /**
   * Reads the envelope of a request.
   *
   * @param bodyId the id in the body, or null when it has none
   * @param bodyParameters the parameters in the body
   * @param now epoch milliseconds
   */
  public EnvelopeReading read(
      SourceRecord record,
      @Nullable String bodyId,
      Map<String, ParameterValue> bodyParameters,
      long now) {
    RecordInterpreter interpreter = new RecordInterpreter(record);
    long timestamp = interpreter.timestamp(now);
    Envelope envelope =
        new Envelope(
            interpreter.id(bodyId),
            record.coordinates(),
            record.key(),
            timestamp,
            interpreter.priority(bodyParameters.get("priority")),
            interpreter.deadline(bodyParameters.get("timeout"), timestamp),
            interpreter.tenant(),
            interpreter.trace(),
            interpreter.reply(),
            interpreter.encoding(),
            interpreter.task());
    return new EnvelopeReading(envelope, interpreter.problems());
  }
}
