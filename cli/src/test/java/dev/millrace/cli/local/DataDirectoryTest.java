package dev.millrace.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cli.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path parent;

  @Test
  void anEmptyDirectoryHasNoCheckpoint() throws Exception {
    try (DataDirectory directory = DataDirectory.open(parent)) {
      assertThat(directory.latestCheckpoint()).isEmpty();
    }
  }

  @Test
  void findsTheNewestCheckpointThatIsComplete() throws Exception {
    checkpoint("job-a/chk-900", 1_000, true);
    checkpoint("job-b/chk-3", 3_000, true);
    checkpoint("job-b/chk-4", 4_000, false);
    checkpoint("job-b/chk-2", 2_000, true);
    try (DataDirectory directory = DataDirectory.open(parent)) {
      assertThat(directory.latestCheckpoint())
          .hasValueSatisfying(path -> assertThat(path).endsWithRaw(Path.of("job-b/chk-3")));
    }
  }

  @Test
  void refusesADirectoryThatAnotherRunUses() throws Exception {
    try (DataDirectory first = DataDirectory.open(parent)) {
      assertThat(first.isTemporary()).isFalse();
      assertThatThrownBy(() -> DataDirectory.open(parent))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("--data-dir");
    }
    DataDirectory.open(parent).close();
  }

  @Test
  void deletesATemporaryDirectoryAndKeepsAGivenOne() throws Exception {
    DataDirectory temporary = DataDirectory.open(null);
    Files.createDirectories(temporary.root().resolve("a/b"));
    Files.writeString(temporary.root().resolve("a/b/c"), "c");
    temporary.close();
    DataDirectory.open(parent).close();

    assertThat(temporary.root()).doesNotExist();
    assertThat(parent).exists();
  }

  @Test
  void dropsWhatARunThatWasKilledLeftOfItsWorkingFilesAndNothingElse() throws Exception {
    Path left = Files.createDirectories(parent.resolve("flink/minicluster/tm_0"));
    Files.writeString(left.resolve("state"), "state");
    checkpoint("job-a/chk-1", 1_000, true);
    try (DataDirectory directory = DataDirectory.open(parent)) {
      directory.clearTemporaryFiles();

      assertThat(directory.flink()).isEmptyDirectory();
      assertThat(directory.latestCheckpoint()).isPresent();
    }
  }

  private void checkpoint(String name, long modified, boolean complete) throws Exception {
    Path directory = Files.createDirectories(parent.resolve("checkpoints").resolve(name));
    if (complete) {
      Path metadata = Files.writeString(directory.resolve("_metadata"), "metadata");
      Files.setLastModifiedTime(metadata, FileTime.fromMillis(modified));
    } else {
      Files.writeString(directory.resolve("state"), "state");
    }
  }
}
