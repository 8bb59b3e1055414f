package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.GatewayAddress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The load generator {@code wrk}, a program of its own that costs little beside what it asks. */
final class Wrk {
  private static final int THREADS = 2;

  /** After so long without an answer wrk counts an error. */
  private static final String TIMEOUT = "30s";

  private static final String NAME = "wrk";

  private final Path program;
  private final Path directory;
  private final GatewayAddress gateway;

  /**
   * @param directory for scripts
   */
  Wrk(Path program, Path directory, GatewayAddress gateway) {
    this.program = program;
    this.directory = directory;
    this.gateway = gateway;
  }

  /**
   * Finds the program.
   *
   * @param path directories as the variable PATH has them
   * @throws BenchmarkException when it is in none of them; says how to install it
   */
  static Path find(String path) throws BenchmarkException {
    return Arrays.stream(path.split(File.pathSeparator))
        .map(entry -> Path.of(entry, NAME))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new BenchmarkException(
                    "wrk is not on the PATH: install it with 'apt-get install"
                        + " --no-install-recommends wrk', or from https://github.com/wg/wrk"));
  }

  /**
   * Sends requests to a model, each connection the next when it has its answer.
   *
   * @throws BenchmarkException when wrk fails
   */
  WrkOutcome run(String model, List<HttpBody> bodies, int connections, Duration duration)
      throws BenchmarkException, InterruptedException {
    Process process = null;
    try {
      Path script = Files.createTempFile(directory, "wrk-", ".lua");
      Files.writeString(script, WrkScript.of(bodies), US_ASCII);
      ProcessBuilder builder =
          new ProcessBuilder(
                  program.toString(),
                  "--threads",
                  Integer.toString(Math.min(THREADS, connections)),
                  "--connections",
                  Integer.toString(connections),
                  "--duration",
                  duration.toSeconds() + "s",
                  "--timeout",
                  TIMEOUT,
                  "--script",
                  script.toString(),
                  "%s/v2/models/%s/infer".formatted(gateway.url(), model))
              .redirectErrorStream(true);
      builder.environment().put(WrkScript.TOKEN, gateway.token());
      process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new BenchmarkException("wrk has failed: " + output.strip());
      }
      return WrkOutcome.parse(output);
    } catch (IOException e) {
      throw new BenchmarkException("wrk cannot be run: " + e.getMessage(), e);
    } finally {
      if (process != null) {
        process.destroy();
      }
    }
  }
}
