package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why a request has no result.
 *
 * @param param the field of the request that is at fault, null when it is none, or not known
 * @param usage of a completion that was stopped on its way, null for all else
 */
public record ErrorResult(
    String id,
    ResultStatus status,
    ErrorCode code,
    String message,
    @Nullable String param,
    @Nullable Usage usage)
    implements Result {
  public ErrorResult {
    if (status == ResultStatus.OK) {
      throw new IllegalArgumentException("an error is not ok");
    }
  }

  /** Of no field, and nothing was generated. */
  public ErrorResult(String id, ResultStatus status, ErrorCode code, String message) {
    this(id, status, code, message, null, null);
  }
}
