package dev.millrace.engines.pytorch;

/** What an engine's exception has to say, in one line. */
final class EngineMessages {
  private static final int MAXIMUM_LENGTH = 500;

  private EngineMessages() {}

  /** TorchScript prints a traceback and says what went wrong in the last line. */
  static String of(Throwable failure) {
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String last = message.strip().lines().reduce("", (earlier, later) -> later).strip();
    return last.length() <= MAXIMUM_LENGTH ? last : last.substring(0, MAXIMUM_LENGTH) + "…";
  }
}
