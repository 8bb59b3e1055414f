package dev.millrace.broker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The main class of a process that runs another main class, and ends when its standard input does.
 *
 * <p>The parent holds the other end of that pipe. The operating system closes it however the parent
 * ends, {@code kill -9} included, so no child is ever left behind.
 */
public final class EndsWithParent {
  private EndsWithParent() {}

  /**
   * Runs it.
   *
   * @param arguments the main class, and its arguments
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("which main class?");
    }
    watch();
    try {
      Class.forName(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(arguments[0] + " failed", e.getCause());
    }
  }

  /** Begins to watch the parent. */
  static void watch() {
    Thread watch = new Thread(EndsWithParent::exitWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void exitWithParent() {
    try {
      while (System.in.read() >= 0) {
        // The parent never writes; it only goes.
      }
    } catch (IOException e) {
      System.err.println("the pipe to the parent broke: " + e);
    }
    System.exit(0);
  }
}
