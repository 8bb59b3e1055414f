package dev.millrace.protocol.codec;

import dev.millrace.protocol.ErrorCode;

/**
 * A value is well formed, yet not what a request may hold there. Reading goes on behind it, to find
 * the request's id and whatever is not even well formed.
 *
 * <p>Bad requests are ordinary, so it carries no stack trace.
 */
public final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int MAXIMUM_MESSAGE_LENGTH = 300;

  private final ErrorCode code;

  public InvalidRequestException(ErrorCode code, String message) {
    super(Excerpt.of(message, MAXIMUM_MESSAGE_LENGTH), null, false, false);
    this.code = code;
  }

  /** A field of the body is at fault. */
  public static InvalidRequestException request(String message) {
    return new InvalidRequestException(ErrorCode.INVALID_REQUEST, message);
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

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
