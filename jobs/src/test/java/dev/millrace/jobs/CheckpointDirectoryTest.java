package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {
  @TempDir Path directory;

  @Test
  void leavesNothingWhereItCanWrite() {
    Path checkpoints = directory.resolve("a").resolve("b");

    CheckpointDirectory.requireWritable(options(checkpoints.toUri().toString()));

    assertThat(checkpoints).isEmptyDirectory();
  }

  @Test
  void namesTheOptionAndThePlaceWhereItCannot() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "no directory");

    assertThatThrownBy(
            () -> CheckpointDirectory.requireWritable(options(file.toUri().toString() + "/below")))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContainingAll("execution.checkpointing.dir: nothing", file.toString());
    assertThatThrownBy(() -> CheckpointDirectory.requireWritable(options("nowhere://at/all")))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void asksForNoneWhereCheckpointsStayInMemory() {
    assertThatCode(() -> CheckpointDirectory.requireWritable(new Configuration()))
        .doesNotThrowAnyException();
  }

  private static Configuration options(String directory) {
    Configuration options = new Configuration();
    options.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory);
    return options;
  }
}
