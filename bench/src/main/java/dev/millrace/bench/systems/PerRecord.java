package dev.millrace.bench.systems;

final class PerRecord implements SystemUnderTest {
  private final int capacity;

  PerRecord(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public String name() {
    return "per-record";
  }

  @Override
  public String setting() {
    return "capacity " + capacity;
  }

  @Override
  public Running start(BenchContext context) {
    throw new UnsupportedOperationException("not yet");
  }
}
