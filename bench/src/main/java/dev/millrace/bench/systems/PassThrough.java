package dev.millrace.bench.systems;

final class PassThrough implements SystemUnderTest {
  private final boolean keyed;

  PassThrough(boolean keyed) {
    this.keyed = keyed;
  }

  @Override
  public String name() {
    return keyed ? "pass-through-keyed" : "pass-through";
  }

  @Override
  public String setting() {
    return "";
  }

  @Override
  public Running start(BenchContext context) {
    throw new UnsupportedOperationException("not yet");
  }
}
