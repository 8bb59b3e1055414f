package dev.millrace.cli.gateway;

import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a script in Node.js, which a dependency brings along: nothing has to be installed. The
 * process is a JVM with Node.js in it, so that a script that hangs or crashes takes nothing with
 * it.
 */
final class NodeScript {
  private NodeScript() {}

  /**
   * Runs a script to its end.
   *
   * @param script a CommonJS module; what it requires is looked for beside it
   * @param environment what {@code process.env} has beside that of this process
   * @param patience after which the script is ended
   * @return what it wrote to its standard output
   */
  static String run(Path script, Map<String, String> environment, Duration patience)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(script.getParent(), "output", ".txt");
    Path errors = Files.createTempFile(script.getParent(), "errors", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    NodeScript.class.getName(),
                    script.toAbsolutePath().toString()))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "%s has not ended within %s; it printed %s%s"
                .formatted(script, patience, Files.readString(output), Files.readString(errors)));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(
          "%s ended with status %d: %s%s"
              .formatted(
                  script, process.exitValue(), Files.readString(output), Files.readString(errors)));
    }
    return Files.readString(output);
  }

  /** The process itself: runs the script of its first argument until nothing is left to do. */
  public static void main(String[] arguments) throws Exception {
    Path script = Path.of(arguments[0]);
    try (NodeRuntime node = V8Host.getNodeInstance().createV8Runtime()) {
      node.getExecutor(script).setResourceName(script.toString()).executeVoid();
      node.await();
    }
  }
}
