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
  /** A prompt, or with it the text that is to continue it, is longer than the model's context. */
  CONTEXT_LENGTH_EXCEEDED,
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

  /** The types of OpenAI's errors. */
  private static final String INVALID_REQUEST_ERROR = "invalid_request_error";

  private static final String SERVER_ERROR = "server_error";

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The code as written into results. */
  public String wireName() {
    return wireName;
  }

  /** The kind of error as OpenAI's API names it: {@code error.type} on the wire. */
  public String type() {
    return switch (this) {
      case INVALID_REQUEST,
          INVALID_TENSOR,
          MODEL_NOT_FOUND,
          VERSION_NOT_FOUND,
          UNSUPPORTED_REQUEST,
          CONTEXT_LENGTH_EXCEEDED,
          PAYLOAD_TOO_LARGE,
          REPLY_TOPIC_NOT_ALLOWED,
          REPLY_TOPIC_NOT_FOUND,
          REQUEST_NOT_FOUND,
          DUPLICATE_REQUEST,
          CANCELLED ->
          INVALID_REQUEST_ERROR;
      case OVERLOADED -> "rate_limit_error";
      case DEADLINE_EXCEEDED -> "timeout_error";
      case RESULT_TOO_LARGE, ENGINE_FAILURE -> SERVER_ERROR;
    };
  }

  /** The code of that wire name, if there is one. */
  public static Optional<ErrorCode> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(code -> code.wireName.equals(wireName)).findFirst();
  }
}
