package dev.millrace.gateway.database;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a local database is to run.
 *
 * @param directory where its data are kept, and found again by the next start
 * @param port where it listens on the loopback address; 0 takes a free one
 * @param binaries where the server is unpacked, once; several databases may share it
 * @param startupTimeout how long it may take until it answers
 * @param restarts whether it is started again when it ends by itself
 */
public record LocalDatabaseConfiguration(
    Path directory, int port, Path binaries, Duration startupTimeout, boolean restarts) {
  public LocalDatabaseConfiguration {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    directory = directory.toAbsolutePath().normalize();
    binaries = binaries.toAbsolutePath().normalize();
  }

  /** On a free port, with the server unpacked beside the data. */
  public static LocalDatabaseConfiguration defaults(Path directory) {
    return new LocalDatabaseConfiguration(
        directory, 0, directory.resolve("server"), Duration.ofSeconds(60), true);
  }

  /** The same on another port. */
  public LocalDatabaseConfiguration withPort(int other) {
    return new LocalDatabaseConfiguration(directory, other, binaries, startupTimeout, restarts);
  }

  /** The same with the server unpacked elsewhere. */
  public LocalDatabaseConfiguration withBinaries(Path other) {
    return new LocalDatabaseConfiguration(directory, port, other, startupTimeout, restarts);
  }

  /** The same, left as it is when it ends. */
  public LocalDatabaseConfiguration withoutRestarts() {
    return new LocalDatabaseConfiguration(directory, port, binaries, startupTimeout, false);
  }

  /** Where the first start writes the password that it makes up. */
  public Path passwordFile() {
    return directory.resolve("password");
  }

  Path data() {
    return directory.resolve("data");
  }

  /** Where the server logs. */
  public Path log() {
    return directory.resolve("postgresql.log");
  }
}
