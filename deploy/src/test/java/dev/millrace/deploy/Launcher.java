package dev.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The launcher of a distribution, as users have it. */
final class Launcher {
  private static final int PATIENCE_MINUTES = 5;

  private final Path home;
  private final Path scratch;

  /** What a command printed, and how it ended. */
  record Result(int status, String out) {}

  private Launcher(Path home, Path scratch) {
    this.home = home;
    this.scratch = scratch;
  }

  /** Unpacks the archive where nobody has ever been. */
  static Launcher unpack(Path scratch) throws IOException, InterruptedException {
    return new Launcher(Distribution.unpack(scratch), scratch);
  }

  Path home() {
    return home;
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("millrace").toString());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(scratch, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command + " has not ended; it printed " + Files.readString(output));
    }
    return new Result(process.exitValue(), Files.readString(output));
  }
}
