package dev.millrace.cli.report;

import dev.millrace.bench.Progress;
import java.io.PrintStream;

/** Says what goes on: one line that changes on a terminal, a line every few seconds elsewhere. */
public final class TerminalProgress implements Progress {
  private static final long PLAIN_INTERVAL_NANOSECONDS = 5_000_000_000L;
  private static final int LINE_WIDTH = 100;

  private final PrintStream out;

  /** The launcher says so: Java cannot tell whether standard error is one. */
  private final boolean terminal = Boolean.getBoolean("millrace.terminal");

  private long lastPlain = System.nanoTime();
  private boolean midLine;

  public TerminalProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void say(String message) {
    endLine();
    out.println(message);
  }

  @Override
  public void update(String message) {
    if (terminal) {
      out.printf("\r%-" + LINE_WIDTH + "s", message);
      out.flush();
      midLine = true;
    } else if (System.nanoTime() - lastPlain > PLAIN_INTERVAL_NANOSECONDS) {
      out.println(message);
      lastPlain = System.nanoTime();
    }
  }

  /** Ends the line that changes, before something else is printed. */
  public void endLine() {
    if (midLine) {
      out.println();
      midLine = false;
    }
  }
}
