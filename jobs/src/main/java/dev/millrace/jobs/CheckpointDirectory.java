package dev.millrace.jobs;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Where checkpoints go, as whoever submits a job has set it. */
final class CheckpointDirectory {
  private CheckpointDirectory() {}

  /**
   * Writes a file there and deletes it again.
   *
   * @throws IllegalConfigurationException when that cannot be done
   */
  static void requireWritable(ReadableConfig options) {
    Optional<String> directory = options.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    if (directory.isEmpty()) {
      return;
    }
    Path probe = new Path(directory.get(), "probe-" + UUID.randomUUID());
    try {
      FileSystem files = probe.getFileSystem();
      files.create(probe, FileSystem.WriteMode.NO_OVERWRITE).close();
      files.delete(probe, false);
    } catch (IOException e) {
      throw new IllegalConfigurationException(
          "%s: nothing can be written below %s: %s"
              .formatted(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(), directory.get(), e),
          e);
    }
  }
}
