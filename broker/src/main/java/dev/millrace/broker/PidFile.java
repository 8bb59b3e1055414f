package dev.millrace.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Remembers which process works on a directory, so that the next one can wait until it is gone. */
final class PidFile {
  private final Path file;

  PidFile(Path file) {
    this.file = file;
  }

  void write(ProcessHandle process) throws IOException {
    ProcessIdentity identity = ProcessIdentity.of(process);
    Files.writeString(file, identity.pid() + " " + identity.start());
  }

  /** The process that is remembered, if it still lives. */
  Optional<ProcessHandle> living() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] parts = Files.readString(file).strip().split(" ", -1);
    if (parts.length != 2) {
      return Optional.empty();
    }
    return new ProcessIdentity(Long.parseLong(parts[0]), parts[1]).living();
  }
}
