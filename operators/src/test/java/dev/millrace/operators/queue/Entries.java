package dev.millrace.operators.queue;

/** Makes entries that arrive one after the other, each given by what a test is about. */
final class Entries {
  static final long NOW = 1_790_000_000_000L;

  private final Arrivals arrivals = new Arrivals();
  private long now = NOW;

  private int priority = 5;
  private long deadline = Long.MAX_VALUE;
  private int rows = 1;
  private int shape = ShapeLanes.FIXED;
  private long name;

  Entries at(long time) {
    now = time;
    return this;
  }

  Entries priority(int value) {
    priority = value;
    return this;
  }

  Entries deadline(long value) {
    deadline = value;
    return this;
  }

  Entries rows(int value) {
    rows = value;
    return this;
  }

  Entries shape(int value) {
    shape = value;
    return this;
  }

  Entries name(long value) {
    name = value;
    return this;
  }

  /** The next entry. What was set holds for those after it too. */
  QueueEntry next() {
    return new QueueEntry(0, arrivals.next(now), priority, deadline, rows, shape, name);
  }
}
