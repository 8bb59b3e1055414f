package dev.millrace.broker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a process that runs another main class, and ends when its standard input does.
 *
 * <p>The parent holds the other end of that pipe. The operating system closes it however the parent
 * ends, {@code kill -9} included, so no child is ever left behind.
 */
public final class EndsWithParent {
  /**
   * The system property that names static methods without parameters, as {@code Class#method},
   * separated by commas. They are called beside the main class: what is slow to load is there
   * before somebody waits for it.
   */
  public static final String PRELOAD_PROPERTY = "millrace.preload";

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
    String methods = System.getProperty(PRELOAD_PROPERTY, "");
    if (!methods.isEmpty()) {
      // A native library may ask for a logger while it is being loaded, with the JVM's lock on
      // native libraries in its hand, and Log4j loads one while it is being set up. The two at once
      // wait for one another for ever, so logging comes first, and by itself.
      Logger logger = LoggerFactory.getLogger(EndsWithParent.class);
      Thread preload = new Thread(() -> preload(methods, logger), "preload");
      preload.setDaemon(true);
      preload.start();
    }
    try {
      Class.forName(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(arguments[0] + " failed", e.getCause());
    }
  }

  private static void preload(String methods, Logger logger) {
    for (String method : methods.split(",", -1)) {
      int hash = method.indexOf('#');
      if (hash > 0) {
        try {
          Object unused =
              Class.forName(method.substring(0, hash))
                  .getMethod(method.substring(hash + 1))
                  .invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
          // Who needs it will say so better.
          logger.warn("{} cannot be preloaded", method, e);
        }
      }
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
