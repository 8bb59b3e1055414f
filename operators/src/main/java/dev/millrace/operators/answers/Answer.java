package dev.millrace.operators.answers;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;

/**
 * The one answer of a request.
 *
 * @param result what the record says, after all that can befall an answer
 * @param handling what befell the request before
 */
public record Answer(OutboundRecord record, Result result, Handling handling) {
  /** How the request ended. */
  public ResultStatus status() {
    return result.status();
  }
}
