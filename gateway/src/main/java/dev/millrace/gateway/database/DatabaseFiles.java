package dev.millrace.gateway.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a local database keeps in its directory: the data, and the password that its first start
 * made up.
 */
final class DatabaseFiles {
  static final String USER = "postgres";

  private static final int PASSWORD_BYTES = 24;
  private static final long INITIALIZATION_SECONDS = 120;

  private final LocalDatabaseConfiguration configuration;

  DatabaseFiles(LocalDatabaseConfiguration configuration) {
    this.configuration = configuration;
  }

  /** Whoever is on this machine can connect to the port, so there is a password. */
  String password() throws IOException {
    Path file = configuration.passwordFile();
    if (!Files.exists(file)) {
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      Path made =
          Files.createTempFile(
              configuration.directory(),
              "password-",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(made, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  /** Makes an empty database unless there is one; whole or not at all. */
  void initialize(ServerBinaries binaries) throws IOException, InterruptedException {
    if (Files.exists(configuration.data())) {
      return;
    }
    Path made = Files.createTempDirectory(configuration.directory(), "initializing-");
    List<String> arguments =
        List.of(
            "--pgdata=" + made,
            "--username=" + USER,
            "--auth=scram-sha-256",
            "--pwfile=" + configuration.passwordFile(),
            "--encoding=UTF8",
            "--no-locale");
    Process process =
        new ProcessBuilder(binaries.command("initdb", arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(configuration.log().toFile()))
            .start();
    if (!process.waitFor(INITIALIZATION_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "initdb ended with status %d; see the end of %s"
              .formatted(process.exitValue(), configuration.log()));
    }
    Files.move(made, configuration.data(), StandardCopyOption.ATOMIC_MOVE);
  }
}
