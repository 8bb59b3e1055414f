package dev.millrace.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot go on; the message is what the user sees, in one line. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
