package dev.millrace.jobs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.CheckpointStorageAccess;
import org.apache.flink.runtime.state.CheckpointStorageFactory;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStorageAccess;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's checkpoints in a file system, for a job that outlives an outage of it.
 *
 * <p>A running job rides an outage out: its checkpoints fail, and the next that succeeds makes up
 * for them. One that starts again meanwhile does not: its directories cannot be made, and where the
 * adaptive scheduler cannot make the graph of an execution it ends the job for good, whatever the
 * restart strategy says. So this waits for the directories. Flink asks for them on a thread for
 * what may block, and the job can be cancelled meanwhile.
 */
public final class PatientCheckpointStorage implements CheckpointStorage {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(PatientCheckpointStorage.class);

  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

  private final FileSystemCheckpointStorage storage;
  private final boolean hasDirectoryOfJob;
  private final Duration patience;

  private PatientCheckpointStorage(
      FileSystemCheckpointStorage storage, boolean hasDirectoryOfJob, Duration patience) {
    this.storage = storage;
    this.hasDirectoryOfJob = hasDirectoryOfJob;
    this.patience = patience;
  }

  /** What {@code execution.checkpointing.storage} names. */
  public static final class Factory implements CheckpointStorageFactory<PatientCheckpointStorage> {
    @Override
    public PatientCheckpointStorage createFromConfig(
        ReadableConfig options, ClassLoader classLoader) {
      return new PatientCheckpointStorage(
          FileSystemCheckpointStorage.createFromConfig(options, classLoader),
          options.get(CheckpointingOptions.CREATE_CHECKPOINT_SUB_DIR),
          options.get(MillraceOptions.CHECKPOINTS_OUTAGE_TIMEOUT));
    }
  }

  @Override
  public CompletedCheckpointStorageLocation resolveCheckpoint(String pointer) throws IOException {
    return storage.resolveCheckpoint(pointer);
  }

  @Override
  public CheckpointStorageAccess createCheckpointStorage(JobID job) throws IOException {
    return new Access(storage, hasDirectoryOfJob, job, patience);
  }

  private static final class Access extends FsCheckpointStorageAccess {
    private final Path directory;
    private final Duration patience;

    Access(
        FileSystemCheckpointStorage storage,
        boolean hasDirectoryOfJob,
        JobID job,
        Duration patience)
        throws IOException {
      super(
          storage.getCheckpointPath(),
          storage.getSavepointPath(),
          hasDirectoryOfJob,
          job,
          storage.getMinFileSizeThreshold(),
          storage.getWriteBufferSize());
      this.directory = storage.getCheckpointPath();
      this.patience = patience;
    }

    @Override
    public void initializeBaseLocationsForCheckpoint() throws IOException {
      long begin = System.nanoTime();
      boolean hasFailed = false;
      while (true) {
        try {
          super.initializeBaseLocationsForCheckpoint();
          if (hasFailed) {
            LOG.info("Checkpoints can be stored below {} again.", directory);
          }
          return;
        } catch (IOException e) {
          if (System.nanoTime() - begin > patience.toNanos()) {
            throw new IOException(
                "checkpoints cannot be stored below %s, and could not for %s (%s)"
                    .formatted(
                        directory, patience, MillraceOptions.CHECKPOINTS_OUTAGE_TIMEOUT.key()),
                e);
          }
          if (!hasFailed) {
            LOG.warn(
                "Checkpoints cannot be stored below {}: the job waits for that for up to {}.",
                directory,
                patience,
                e);
          }
          hasFailed = true;
          pause();
        }
      }
    }

    private static void pause() throws InterruptedIOException {
      try {
        Thread.sleep(LOOK_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the checkpoint storage");
      }
    }
  }
}
