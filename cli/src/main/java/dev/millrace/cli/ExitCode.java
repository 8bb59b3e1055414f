package dev.millrace.cli;

/** What the exit status of a command means. */
final class ExitCode {
  /** It did what was asked. */
  static final int OK = 0;

  /** It ran, and what it checked does not hold. */
  static final int CHECK_FAILED = 1;

  /** It was called wrongly. */
  static final int USAGE = 2;

  /** Something it needs is not there: a broker, a port, a file, a model. */
  static final int UNAVAILABLE = 3;

  private ExitCode() {}
}
