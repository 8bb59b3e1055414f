package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a local stack keeps its state. Locked while in use; a temporary one is deleted in the end.
 */
public final class DataDirectory implements AutoCloseable {
  private static final int DELETION_ATTEMPTS = 10;

  private final Path root;
  private final boolean temporary;
  private final FileChannel lockFile;

  private DataDirectory(Path root, boolean temporary, FileChannel lockFile) {
    this.root = root;
    this.temporary = temporary;
    this.lockFile = lockFile;
  }

  /**
   * Takes a directory into use.
   *
   * @param directory which, or null for a temporary one
   * @throws CommandException when another run uses it
   */
  public static DataDirectory open(@Nullable Path directory) throws CommandException, IOException {
    Path root =
        directory == null
            ? Files.createTempDirectory("millrace-")
            : Files.createDirectories(directory).toRealPath();
    FileChannel lockFile =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(lockFile)) {
      lockFile.close();
      throw new CommandException(
          "another run uses %s: stop it, or take another --data-dir".formatted(root));
    }
    return new DataDirectory(root, directory == null, lockFile);
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The directory itself. */
  public Path root() {
    return root;
  }

  /** Whether it goes with this run. */
  public boolean isTemporary() {
    return temporary;
  }

  Path broker() {
    return root.resolve("broker");
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  Path flink() {
    return root.resolve("flink");
  }

  /**
   * Deletes what only a run that has ended could use: without its end, Flink leaves working copies
   * of its state behind.
   */
  void clearTemporaryFiles() throws IOException {
    if (Files.isDirectory(flink())) {
      delete(flink());
    }
    Files.createDirectories(flink());
  }

  /** The newest checkpoint that is complete: its metadata is written last. */
  Optional<Path> latestCheckpoint() throws IOException {
    if (!Files.isDirectory(checkpoints())) {
      return Optional.empty();
    }
    // checkpoints/<job>/chk-<number>/_metadata
    try (Stream<Path> files = Files.find(checkpoints(), 3, DataDirectory::isMetadata)) {
      return files.max(Comparator.comparing(DataDirectory::modified)).map(Path::getParent);
    }
  }

  private static boolean isMetadata(Path file, BasicFileAttributes attributes) {
    return attributes.isRegularFile() && file.endsWith("_metadata");
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
    if (temporary) {
      delete(root);
    }
  }

  private static void delete(Path directory) throws IOException {
    for (int attempt = 1; Files.exists(directory); attempt++) {
      try {
        Files.walkFileTree(directory, new Deletion());
      } catch (DirectoryNotEmptyException e) {
        // Flink's own threads may still be tidying up, and make a file meanwhile.
        if (attempt == DELETION_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      // Flink's own threads may still be tidying up here.
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
