package dev.millrace.gateway.http;

import dev.millrace.gateway.auth.Scope;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.TaskRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a client has no result.
 *
 * @param status of HTTP
 * @param type as OpenAI's errors have it
 * @param code for programs
 * @param message for people; says what, where and what to do
 * @param param the field at fault, null for none
 * @param retryAfterSeconds when to come again; 0 where that is not the point
 */
record ApiError(
    int status,
    String type,
    String code,
    String message,
    @Nullable String param,
    long retryAfterSeconds) {
  private static final String INVALID_REQUEST = "invalid_request_error";
  private static final String SERVER = "server_error";
  private static final int OVERLOAD_PATIENCE = 1;

  static ApiError invalid(int status, String code, String message, @Nullable String param) {
    return new ApiError(status, INVALID_REQUEST, code, message, param, 0);
  }

  static ApiError notFound(String message) {
    return invalid(404, "not_found", message, null);
  }

  /** The gateway itself has failed, which is a defect; its log says how. */
  static ApiError internal() {
    return new ApiError(
        500, SERVER, "internal_error", "the gateway has failed; its log says how", null, 0);
  }

  /** What is needed does not work now. */
  static ApiError unavailable(String code, String message) {
    return new ApiError(503, SERVER, code, message, null, OVERLOAD_PATIENCE);
  }

  /** The token is good, but not for this. */
  static ApiError insufficientScope(Scope scope) {
    return invalid(
        403, "insufficient_scope", "the token lacks the scope " + scope.wireName(), null);
  }

  /** The answer that an idempotency key stands for is one to a request of another kind. */
  static ApiError keyReused() {
    return invalid(
        422,
        "idempotency_key_reused",
        "the Idempotency-Key stands for a request of another kind; take another key",
        Requests.IDEMPOTENCY_KEY);
  }

  /** Kafka has not taken a request. */
  static ApiError unsent() {
    return unavailable("queue_unavailable", "the queue cannot be reached; try again");
  }

  /** This gateway is going; others may answer. */
  static ApiError ending() {
    return unavailable("shutting_down", "this gateway ends; try again");
  }

  /**
   * No answer in time.
   *
   * @param goesOn whether the request does, so that asking again under its key is of use
   */
  static ApiError timeout(long seconds, boolean goesOn) {
    return new ApiError(
        504,
        "timeout_error",
        "timeout",
        "no answer within %d s; %s"
            .formatted(
                seconds,
                goesOn
                    ? "the request goes on: ask again with its Idempotency-Key"
                    : "the request was taken back"),
        null,
        0);
  }

  static ApiError of(Decoded.Malformed malformed) {
    return invalid(400, ErrorCode.INVALID_REQUEST.wireName(), malformed.message(), null);
  }

  static ApiError of(Decoded.Invalid invalid) {
    return of(invalid.code(), invalid.message(), invalid.param());
  }

  static ApiError of(ErrorResult result) {
    return of(result.code(), result.message(), result.param());
  }

  /** Of a task that has ended without a result. */
  static ApiError of(TaskRecord.Fault fault) {
    Optional<ErrorCode> code = ErrorCode.fromWireName(fault.code());
    return code.isPresent()
        ? of(code.get(), fault.message(), fault.param())
        : new ApiError(502, fault.type(), fault.code(), fault.message(), fault.param(), 0);
  }

  static ApiError of(ErrorCode code, String message, @Nullable String param) {
    int status = status(code);
    return new ApiError(
        status,
        code.type(),
        code.wireName(),
        message,
        param,
        status == 503 ? OVERLOAD_PATIENCE : 0);
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case INVALID_REQUEST, INVALID_TENSOR, UNSUPPORTED_REQUEST, CONTEXT_LENGTH_EXCEEDED -> 400;
      case MODEL_NOT_FOUND, VERSION_NOT_FOUND, REQUEST_NOT_FOUND -> 404;
      case PAYLOAD_TOO_LARGE -> 413;
      case DUPLICATE_REQUEST, CANCELLED -> 409;
      case OVERLOADED, REPLY_TOPIC_NOT_ALLOWED, REPLY_TOPIC_NOT_FOUND -> 503;
      case DEADLINE_EXCEEDED -> 504;
      case RESULT_TOO_LARGE, ENGINE_FAILURE -> 502;
    };
  }
}
