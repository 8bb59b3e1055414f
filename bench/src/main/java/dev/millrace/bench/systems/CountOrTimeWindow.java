package dev.millrace.bench.systems;

import java.time.Duration;

final class CountOrTimeWindow implements SystemUnderTest {
  private final int size;
  private final Duration delay;

  CountOrTimeWindow(int size, Duration delay) {
    this.size = size;
    this.delay = delay;
  }

  @Override
  public String name() {
    return "window";
  }

  @Override
  public String setting() {
    return size + " or " + delay;
  }

  @Override
  public Running start(BenchContext context) {
    throw new UnsupportedOperationException("not yet");
  }
}
