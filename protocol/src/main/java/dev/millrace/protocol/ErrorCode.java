package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a request was not answered {@link ResultStatus#OK}: {@code error.code} on the wire. */
public enum ErrorCode {
  /**
   * The body is an object, yet not a request: a field is missing, has the wrong type or a value out
   * of range.
   */
  INVALID_REQUEST,
  /** A tensor's shape, datatype or data is not what it declares or what the model takes. */
  INVALID_TENSOR,
  /** No such model. */
  MODEL_NOT_FOUND,
  /** The model has no such version. */
  VERSION_NOT_FOUND,
  /** The model does not answer this kind of request. */
  UNSUPPORTED_REQUEST,
  /** The record is larger than {@code millrace.request.max-bytes}. */
  PAYLOAD_TOO_LARGE,
  /** The reply topic is outside {@code millrace.reply.allowed-topics}. */
  REPLY_TOPIC_NOT_ALLOWED,
  /** The reply topic, or the partition asked for, does not exist. */
  REPLY_TOPIC_NOT_FOUND,
  /** The deadline passed while the request waited. */
  DEADLINE_EXCEEDED,
  /** Its producer took it back. */
  CANCELLED,
  /** A cancel names a request that does not wait, or no more. */
  REQUEST_NOT_FOUND,
  /** A request of this id came before, within {@code millrace.dedup.ttl}. */
  DUPLICATE_REQUEST,
  /** So much waits already that this request cannot, or had to make room for a more urgent one. */
  OVERLOADED,
  /** The answer is larger than the producer may send. */
  RESULT_TOO_LARGE,
  /** The engine threw. */
  ENGINE_FAILURE;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The code as written into results. */
  public String wireName() {
    return wireName;
  }

  /** The code of that wire name, if there is one. */
  public static Optional<ErrorCode> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(code -> code.wireName.equals(wireName)).findFirst();
  }
}
