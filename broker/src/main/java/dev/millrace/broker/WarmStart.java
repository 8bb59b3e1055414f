package dev.millrace.broker;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main class of a process that runs the main class of a jar before its own: what both use is
 * loaded and compiled when the second begins.
 *
 * <p>The first is a help and no more. When it fails, or takes too long, that is logged, and the
 * second begins.
 */
public final class WarmStart {
  private static final Logger LOG = LoggerFactory.getLogger(WarmStart.class);

  private WarmStart() {}

  /**
   * The arguments that say what this does.
   *
   * @param jar of the first main class, over the class path of the process
   * @param limit how long the first may take
   * @param first its name and arguments
   * @param second the name and arguments of the other
   */
  public static List<String> arguments(
      Path jar, Duration limit, List<String> first, List<String> second) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                jar.toString(), Long.toString(limit.toMillis()), Integer.toString(first.size())));
    arguments.addAll(first);
    arguments.addAll(second);
    return arguments;
  }

  /**
   * Runs them.
   *
   * @param arguments those of {@link #arguments}
   */
  public static void main(String[] arguments) throws Exception {
    Path jar = Path.of(arguments[0]);
    Duration limit = Duration.ofMillis(Long.parseLong(arguments[1]));
    int begin = 3;
    int end = begin + Integer.parseInt(arguments[2]);
    warmUp(jar, limit, Arrays.copyOfRange(arguments, begin, end));
    String[] second = Arrays.copyOfRange(arguments, end, arguments.length);
    try {
      invoke(WarmStart.class.getClassLoader(), second);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(second[0] + " failed", e.getCause());
    }
  }

  private static void warmUp(Path jar, Duration limit, String[] main) throws InterruptedException {
    Thread thread = new Thread(() -> run(jar, main), "warm-up");
    thread.setDaemon(true);
    thread.start();
    thread.join(limit.toMillis());
    if (thread.isAlive()) {
      LOG.warn("{} has not ended within {}, and is interrupted", main[0], limit);
      thread.interrupt();
    }
  }

  private static void run(Path jar, String[] main) {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, WarmStart.class.getClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      invoke(loader, main);
    } catch (InvocationTargetException e) {
      LOG.warn("{} failed; this process starts cold", main[0], e.getCause());
    } catch (ReflectiveOperationException | IOException | LinkageError e) {
      LOG.warn("{} of {} cannot be run; this process starts cold", main[0], jar, e);
    }
  }

  private static void invoke(ClassLoader loader, String[] main)
      throws ReflectiveOperationException {
    Class.forName(main[0], true, loader)
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(main, 1, main.length));
  }
}
