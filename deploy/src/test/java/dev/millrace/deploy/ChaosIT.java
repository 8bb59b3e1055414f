package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of every kind under load; what matters is the audit, not how long anything took. */
class ChaosIT {
  @TempDir Path directory;

  @Test
  void twoMinutesLoseNothingAndAnswerNothingTwice() throws Exception {
    play("--minutes", "2", "--seed", "1");
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
    builder.command().addAll(java.util.List.of(options));
    Process chaos = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(chaos.waitFor(45, TimeUnit.MINUTES)).isTrue();
    } finally {
      chaos.destroy();
    }
    assertThat(chaos.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output))
        .contains("Every request has exactly one answer.", "0 answers too many");
  }
}
