package dev.millrace.protocol.codec;

import dev.millrace.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A value is well formed, yet not what a request may hold there. Reading goes on behind it, to find
 * the request's id and whatever is not even well formed.
 *
 * <p>Bad requests are ordinary, so it carries no stack trace.
 */
public final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int MAXIMUM_MESSAGE_LENGTH = 300;
  private static final int MAXIMUM_PARAM_LENGTH = 100;

  private final ErrorCode code;
  private final @Nullable String param;

  public InvalidRequestException(ErrorCode code, String message) {
    this(code, null, message);
  }

  private InvalidRequestException(ErrorCode code, @Nullable String param, String message) {
    super(Excerpt.of(message, MAXIMUM_MESSAGE_LENGTH), null, false, false);
    this.code = code;
    this.param = param == null ? null : Excerpt.of(param, MAXIMUM_PARAM_LENGTH);
  }

  /** A field of the body is at fault. */
  public static InvalidRequestException request(String message) {
    return new InvalidRequestException(ErrorCode.INVALID_REQUEST, message);
  }

  /** This field of the body is at fault. */
  public static InvalidRequestException field(String field, String message) {
    return new InvalidRequestException(ErrorCode.INVALID_REQUEST, field, message);
  }

  /** A tensor is at fault. */
  public static InvalidRequestException tensor(String message) {
    return new InvalidRequestException(ErrorCode.INVALID_TENSOR, message);
  }

  /** The same fault, told of the tensor it was found in. */
  public InvalidRequestException inTensor(String tensor) {
    return tensor(tensor + ": " + getMessage());
  }

  /** What the request is answered with. */
  public ErrorCode code() {
    return code;
  }

  /** The field at fault, null when it is none alone. */
  public @Nullable String param() {
    return param;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
