package dev.millrace.gateway.exchange;

/**
 * What tells a request from all others: ids are its tenant's own.
 *
 * @param id the request id on Kafka
 */
public record RequestName(String tenant, String id) {}
