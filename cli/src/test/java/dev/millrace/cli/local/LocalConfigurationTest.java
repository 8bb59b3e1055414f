package dev.millrace.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalConfigurationTest {
  private static final Ports PORTS = new Ports(1001, 1002, 1003);

  @TempDir Path parent;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with a space", "100% + #1 ?", "größe"})
  void flinkFindsTheCheckpointsInTheDataDirectoryWhateverItsName(String name) throws Exception {
    try (DataDirectory directory = DataDirectory.open(parent.resolve(name))) {
      Path checkpoint = directory.checkpoints().resolve("job/chk-1");
      Configuration configuration =
          LocalConfiguration.of(settings(), directory, Optional.of(checkpoint));

      assertThat(flinkPath(configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)))
          .isEqualTo(directory.checkpoints());
      assertThat(flinkPath(configuration.get(StateRecoveryOptions.SAVEPOINT_PATH)))
          .isEqualTo(checkpoint);
    }
  }

  @Test
  void claimsTheCheckpointThatItGoesOnFrom() throws Exception {
    try (DataDirectory directory = DataDirectory.open(parent)) {
      Configuration fresh = LocalConfiguration.of(settings(), directory, Optional.empty());
      Configuration restored = LocalConfiguration.of(settings(), directory, Optional.of(parent));

      assertThat(fresh.getOptional(StateRecoveryOptions.SAVEPOINT_PATH)).isEmpty();
      assertThat(restored.get(StateRecoveryOptions.RESTORE_MODE))
          .isEqualTo(RecoveryClaimMode.CLAIM);
    }
  }

  @Test
  void usersWinOverTheStackAndTheStackOverTheFile() throws Exception {
    String interval = CheckpointingOptions.CHECKPOINTING_INTERVAL.key();
    Path conf = Files.createDirectories(parent.resolve("conf"));
    Files.writeString(
        conf.resolve("config.yaml"), "rest.port: 1\nweb.tmpdir: /nowhere\n" + interval + ": 1 s\n");
    LocalStack.Settings settings =
        new LocalStack.Settings(PORTS, conf, Configuration.fromMap(Map.of(interval, "3 s")), 1);
    try (DataDirectory directory = DataDirectory.open(parent.resolve("data"))) {
      Configuration configuration = LocalConfiguration.of(settings, directory, Optional.empty());

      assertThat(configuration.get(RestOptions.PORT)).isEqualTo(PORTS.ui());
      assertThat(configuration.get(WebOptions.TMP_DIR)).isEqualTo(directory.flink().toString());
      assertThat(configuration.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
          .isEqualTo(Duration.ofSeconds(3));
    }
  }

  private LocalStack.Settings settings() throws Exception {
    Path conf = Files.createDirectories(parent.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), "parallelism.default: 1\n");
    return new LocalStack.Settings(PORTS, conf, new Configuration(), 1);
  }

  /** The directory that Flink's local file system takes a path for. */
  private static Path flinkPath(String path) {
    return Path.of(new org.apache.flink.core.fs.Path(path).getPath());
  }
}
