package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a benchmark keeps topics and checkpoints, and beside it its log. Both are deleted in the
 * end, but the log stays when the benchmark failed.
 */
final class WorkDirectory implements AutoCloseable {
  private static final int DELETION_ATTEMPTS = 10;

  private final Path path;
  private final Path log;

  private WorkDirectory(Path path, Path log) {
    this.path = path;
    this.log = log;
  }

  /**
   * Makes an empty one.
   *
   * @param home the checkout, which has the configuration of logs
   */
  static WorkDirectory create(Path home) throws IOException {
    Path log = Files.createTempFile("millrace-bench-", ".log");
    // Logs are made with the first logger, and the first logger with the first system.
    System.setProperty("millrace.log", log.toString());
    System.setProperty(
        "log4j2.configurationFile", home.resolve("flink-conf/local/log4j2.properties").toString());
    return new WorkDirectory(Files.createTempDirectory("millrace-bench-"), log);
  }

  Path path() {
    return path;
  }

  /** Where it can be read why a benchmark failed, if it came so far as to write anything there. */
  Optional<Path> log() throws IOException {
    return Files.exists(log) && Files.size(log) > 0 ? Optional.of(log) : Optional.empty();
  }

  /** The benchmark has not failed. */
  void succeeded() throws IOException {
    Files.deleteIfExists(log);
  }

  @Override
  public void close() throws IOException {
    if (log().isEmpty()) {
      Files.deleteIfExists(log);
    }
    for (int attempt = 1; Files.exists(path); attempt++) {
      try {
        Files.walkFileTree(path, new Deletion());
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
