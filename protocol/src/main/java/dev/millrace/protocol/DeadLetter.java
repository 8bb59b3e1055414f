package dev.millrace.protocol;

/**
 * A record no request could be read out of.
 *
 * @param record the record, untouched
 * @param stage what was being done, e.g. {@code decode}
 * @param errorClass the class of what went wrong
 * @param message what went wrong
 */
public record DeadLetter(SourceRecord record, String stage, String errorClass, String message) {}
