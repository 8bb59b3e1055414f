package dev.millrace.engines;

/**
 * A batch that an engine has scored before any request came, and what it took.
 *
 * @param cost in rows of length 1: its rows, times their length where lengths vary; above 0
 * @param milliseconds of one stream, with nothing else going on in the engine
 */
public record Rehearsal(long cost, double milliseconds) {}
