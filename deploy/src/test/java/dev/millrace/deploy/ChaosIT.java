package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of every kind under load; what matters is the audit, not how long anything took. */
class ChaosIT {
  private static final Pattern TELLING =
      Pattern.compile(" (WARN|ERROR) |leadership|[Ss]witched from|[Rr]estart|Caused by|Exception");

  private static final int MOST_LINES = 200;

  @TempDir Path directory;

  @Test
  void twoMinutesLoseNothingAndAnswerNothingTwice() throws Exception {
    // TaskManagers that are back sooner leave time for more faults.
    play("--minutes", "2", "--seed", "1", "--no-warm-up");
  }

  @Test
  @Tag("soak")
  void nothingIsLostInHalfAnHourEither() throws Exception {
    play("--minutes", "30", "--seed", "2");
  }

  private void play(String... options) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(
            Distribution.unpack(directory).resolve("millrace").toString(),
            "chaos",
            "--max-rate",
            "1000",
            "--dir",
            directory.resolve("cluster").toString());
    builder.command().addAll(List.of(options));
    Process chaos = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(chaos.waitFor(45, TimeUnit.MINUTES)).isTrue();
    } finally {
      chaos.destroy();
    }
    if (chaos.exitValue() != 0) {
      fail(Files.readString(output) + jobManagers());
    }
    assertThat(Files.readString(output))
        .contains("Every request has exactly one answer.", "0 answers too many");
  }

  /** What the JobManagers said that may explain a failure: their logs go with the directory. */
  private String jobManagers() throws IOException {
    StringBuilder said = new StringBuilder();
    for (String name : List.of("jobmanager-1.log", "jobmanager-2.log")) {
      Path log = directory.resolve("cluster").resolve("logs").resolve(name);
      if (!Files.exists(log)) {
        continue;
      }
      List<String> telling =
          Files.readAllLines(log).stream().filter(line -> TELLING.matcher(line).find()).toList();
      said.append(name).append(":\n");
      telling.stream()
          .skip(Math.max(0, telling.size() - MOST_LINES))
          .forEach(line -> said.append(line).append('\n'));
    }
    return said.toString();
  }
}
