package dev.millrace.engines.pytorch;

/**
 * The room that a request takes in a batch.
 *
 * @param length how long its rows are; 0 where nothing is padded
 */
record Extent(int rows, int length) {}
