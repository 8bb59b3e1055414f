package dev.millrace.operators.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.ResultStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes a result as its request was written, addressed to whom the request names, and never larger
 * than can be sent.
 */
public final class AnswerWriter {
  private static final Map<Encoding, RecordHeader> CONTENT_TYPES =
      headerOfEach(Encoding.class, HeaderNames.CONTENT_TYPE, Encoding::contentType);
  private static final Map<ResultStatus, RecordHeader> STATUSES =
      headerOfEach(ResultStatus.class, HeaderNames.STATUS, ResultStatus::wireName);
  private static final RecordHeader CACHE_HIT = header(HeaderNames.CACHE, "hit");

  private final ResultEncoder encoder = new ResultEncoder();
  private final int maximumBytes;

  /**
   * @param maximumBytes the most bytes that a record may take, with key and headers
   */
  public AnswerWriter(int maximumBytes) {
    if (maximumBytes < 4096) {
      throw new IllegalArgumentException(
          "answers of at most " + maximumBytes + " bytes leave no room for an error");
    }
    this.maximumBytes = maximumBytes;
  }

  /**
   * Writes an answer.
   *
   * @param handling what befell the request before
   * @param now epoch milliseconds, the timestamp of the record
   */
  public Answer write(Envelope envelope, Result result, Handling handling, long now) {
    OutboundRecord record = record(envelope, result, handling, now);
    long size = record.maximumSerializedSize();
    if (size <= maximumBytes) {
      return new Answer(record, result, handling);
    }
    ErrorResult tooLarge =
        new ErrorResult(
            envelope.id(),
            ResultStatus.FAILED,
            ErrorCode.RESULT_TOO_LARGE,
            "result too large: %d bytes, at most %d can be sent (millrace.result.max-bytes)"
                .formatted(size, maximumBytes));
    OutboundRecord failed = record(envelope, tooLarge, handling, now);
    if (failed.maximumSerializedSize() > maximumBytes) {
      // Only a huge key or tracestate is left: the answer goes without them, still naming its
      // request.
      failed = record(envelope.withoutKeyAndTrace(), tooLarge, handling, now);
    }
    return new Answer(failed, tooLarge, handling);
  }

  /**
   * Writes a piece of a text for who waits for it. It has no status, since it is no answer.
   *
   * @param now epoch milliseconds, the timestamp of the record
   */
  public OutboundRecord write(Envelope envelope, CompletionProgress piece, long now) {
    OutboundRecord record = record(envelope, piece, now);
    return record.maximumSerializedSize() <= maximumBytes
        ? record
        : record(envelope.withoutKeyAndTrace(), piece, now);
  }

  private OutboundRecord record(Envelope envelope, CompletionProgress piece, long now) {
    List<RecordHeader> headers = identity(envelope, Encoding.JSON);
    headers.add(header(HeaderNames.SEQUENCE, Integer.toString(piece.sequence())));
    headers.addAll(envelope.trace());
    return record(envelope, encoder.encode(piece), headers, now);
  }

  private OutboundRecord record(Envelope envelope, Result result, Handling handling, long now) {
    return record(
        envelope,
        encoder.encode(result, envelope.encoding()),
        headers(envelope, result, handling),
        now);
  }

  private static OutboundRecord record(
      Envelope envelope, byte[] value, List<RecordHeader> headers, long now) {
    ReplyAddress reply = envelope.reply();
    return new OutboundRecord(
        reply == null ? null : reply.topic(),
        reply == null ? null : reply.partition(),
        now,
        envelope.key(),
        value,
        headers);
  }

  /** Of what it is, and for whom. */
  private static List<RecordHeader> identity(Envelope envelope, Encoding encoding) {
    List<RecordHeader> headers = new ArrayList<>(8 + envelope.trace().size());
    headers.add(CONTENT_TYPES.get(encoding));
    headers.add(header(HeaderNames.REQUEST_ID, envelope.id()));
    headers.add(header(HeaderNames.TENANT, envelope.tenant()));
    headers.add(header(HeaderNames.SOURCE, envelope.source().toString()));
    return headers;
  }

  private static List<RecordHeader> headers(Envelope envelope, Result result, Handling handling) {
    List<RecordHeader> headers = identity(envelope, envelope.encoding());
    headers.add(STATUSES.get(result.status()));
    if (handling.batchSize() > 0) {
      headers.add(header(HeaderNames.BATCH_SIZE, Integer.toString(handling.batchSize())));
    }
    if (handling.queuedMillis() >= 0) {
      headers.add(header(HeaderNames.QUEUED, Long.toString(handling.queuedMillis())));
    }
    if (handling.cached()) {
      headers.add(CACHE_HIT);
    }
    headers.addAll(envelope.trace());
    return headers;
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  /** The header of each constant. They are shared by all answers, and nobody changes a value. */
  private static <E extends Enum<E>> Map<E, RecordHeader> headerOfEach(
      Class<E> type, String name, Function<E, String> value) {
    Map<E, RecordHeader> headers = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      headers.put(constant, header(name, value.apply(constant)));
    }
    return headers;
  }
}
