package dev.millrace.gateway.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's own {@code postmaster.pid}: which process works on a data directory, since when.
 *
 * <p>PostgreSQL takes any living process with that id for its predecessor and does not start. Ids
 * are used again, in a container that starts anew even at once, so this tells by the time at which
 * the process began whether it can be the one that wrote the file.
 */
final class PostmasterFile {
  private static final int PID_LINE = 0;
  private static final int START_LINE = 2;

  /** The file has whole seconds, and the system's start times are about as coarse. */
  private static final Duration TOLERANCE = Duration.ofSeconds(3);

  private final Path file;

  PostmasterFile(Path data) {
    file = data.resolve("postmaster.pid");
  }

  /** The server that works on the directory, if it lives. */
  Optional<ProcessHandle> living() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (lines.size() <= START_LINE) {
      return Optional.empty();
    }
    long pid;
    Instant written;
    try {
      pid = Long.parseLong(lines.get(PID_LINE).strip());
      written = Instant.ofEpochSecond(Long.parseLong(lines.get(START_LINE).strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> mayHaveWritten(process, written));
  }

  /** Where the system does not say when a process began, it is left in peace. */
  private static boolean mayHaveWritten(ProcessHandle process, Instant written) {
    return process
        .info()
        .startInstant()
        .map(start -> !start.isAfter(written.plus(TOLERANCE)))
        .orElse(true);
  }

  /** Removes what a server that no longer lives has left. */
  void removeLeftover() throws IOException {
    if (living().isPresent()) {
      throw new IllegalStateException("the server that wrote " + file + " lives");
    }
    Files.deleteIfExists(file);
  }
}
