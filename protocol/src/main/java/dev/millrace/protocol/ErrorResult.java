package dev.millrace.protocol;

/** Why a request was not scored. */
public record ErrorResult(String id, ResultStatus status, ErrorCode code, String message)
    implements Result {
  public ErrorResult {
    if (status == ResultStatus.OK) {
      throw new IllegalArgumentException("an error is not ok");
    }
  }
}
