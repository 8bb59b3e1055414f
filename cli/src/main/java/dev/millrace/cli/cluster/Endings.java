package dev.millrace.cli.cluster;

/** Says how a process ended. */
final class Endings {
  /** What a process that a signal ended reports: this and the number of the signal. */
  private static final int SIGNALLED = 128;

  private Endings() {}

  static String of(int status) {
    return status > SIGNALLED
        ? "was ended by signal %d".formatted(status - SIGNALLED)
        : "ended with status %d".formatted(status);
  }
}
