package dev.millrace.bench.systems;

/** What was at the bottom of a failure. */
final class Causes {
  private Causes() {}

  /** One line. */
  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
