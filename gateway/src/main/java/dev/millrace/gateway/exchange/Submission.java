package dev.millrace.gateway.exchange;

import dev.millrace.protocol.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to Kafka.
 *
 * @param request whose own id is replaced by that of the name
 * @param traceParent W3C trace context
 * @param traceState null for none
 * @param task whether its life is to be recorded
 */
public record Submission(
    RequestName name,
    InferenceRequest request,
    String traceParent,
    @Nullable String traceState,
    boolean task) {}
