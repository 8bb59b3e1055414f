package dev.millrace.bench.plot;

/** A place on the canvas: pixels from its left and its top. */
record Point(double x, double y) {}
