package dev.millrace.protocol;

/** Reads results back. */
public final class ResultDecoder {
  /**
   * Reads the value of a result record.
   *
   * @param status of the record's {@code millrace-status} header
   * @throws MalformedResultException when the value is no result of that status
   */
  public Result decode(byte[] value, Encoding encoding, ResultStatus status)
      throws MalformedResultException {
    if (status == ResultStatus.OK || value.length > 0)
      throw new MalformedResultException(
          "%d bytes of %s, %s".formatted(value.length, encoding, status), null);
    return new ErrorResult("", status, ErrorCode.INVALID_REQUEST, "");
  }
}
