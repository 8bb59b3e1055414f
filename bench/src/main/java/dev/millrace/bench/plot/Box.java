package dev.millrace.bench.plot;

/** A rectangle on the canvas, in pixels. */
record Box(double left, double top, double right, double bottom) {
  double width() {
    return right - left;
  }

  double height() {
    return bottom - top;
  }
}
