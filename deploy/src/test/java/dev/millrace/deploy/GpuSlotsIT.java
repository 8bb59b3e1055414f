package dev.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.deploy.Launcher.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPUs through Flink's external resource framework, on a machine that has none. */
class GpuSlotsIT {
  private static final int UNAVAILABLE = 3;

  @TempDir Path directory;

  @Test
  void theIndexThatTheDiscoveryScriptPrintsReachesTheEngine() throws Exception {
    Path script = directory.resolve("find-gpus");
    Files.writeString(script, "#!/bin/sh\necho 7,5\n", UTF_8);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    try (TestCluster cluster = TestCluster.unpack(directory)) {
      cluster.up(
          "--no-warm-up",
          "--taskmanagers",
          "1",
          "--gpus",
          "2",
          "-D",
          "external-resource.gpu.param.discovery-script.path=" + script);

      Result submitted = cluster.run("submit");
      assertThat(submitted.status()).as(submitted.out()).isEqualTo(UNAVAILABLE);
      assertThat(submitted.out()).contains("device gpu:5 is missing: libtorch sees 0 GPUs");

      Result other = cluster.run("submit", "-D", "millrace.engine.device=gpu:0");
      assertThat(other.status()).as(other.out()).isEqualTo(UNAVAILABLE);
      assertThat(other.out()).contains("this TaskManager was given the GPUs [5, 7]");

      cluster.succeed("submit", "-D", "millrace.engine.device=cpu");
    }
  }
}
