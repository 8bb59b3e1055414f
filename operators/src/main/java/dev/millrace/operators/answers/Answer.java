package dev.millrace.operators.answers;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.ResultStatus;

/**
 * The one answer of a request.
 *
 * @param status how the request ended, after all that can befall an answer
 */
public record Answer(OutboundRecord record, ResultStatus status) {}
