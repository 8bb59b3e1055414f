package dev.millrace.bench.load;

/**
 * How the producer kept to its plan.
 *
 * @param sent requests that were handed to the client
 * @param refused requests that the broker did not take
 * @param medianLatenessMillis how long after its instant a request was handed to the client
 * @param worstLatenessMillis of the request that was latest
 */
public record SendStatistics(
    int sent, int refused, double medianLatenessMillis, double worstLatenessMillis) {}
