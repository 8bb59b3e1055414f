package dev.millrace.gateway.exchange;

import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ResultStatus;
import org.jspecify.annotations.Nullable;

/**
 * A record of the reply topic.
 *
 * @param name of the request that it is about
 * @param status of an answer; null for a piece of a text
 * @param sequence the number of a piece; meaningless for an answer
 * @param value as it was written
 */
public record Reply(
    RequestName name,
    @Nullable ResultStatus status,
    int sequence,
    Encoding encoding,
    byte[] value) {
  /** Whether it is the answer, behind which nothing comes. */
  public boolean isAnswer() {
    return status != null;
  }
}
