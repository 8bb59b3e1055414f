package dev.millrace.gateway.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The programs of a PostgreSQL server, unpacked out of the Maven package that holds them.
 *
 * <p>They are unpacked beside their place and moved there whole, so that several processes may do
 * so at once, and one that is killed leaves nothing that looks complete.
 */
final class ServerBinaries {
  private final Path directory;

  private ServerBinaries(Path directory) {
    this.directory = directory;
  }

  static ServerBinaries unpackedIn(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = Files.createDirectories(parent(directory));
      Path unpacking = Files.createTempDirectory(parent, "unpacking-");
      try (InputStream archive =
          DefaultPostgresBinaryResolver.INSTANCE.getPgBinary("Linux", architecture())) {
        unpack(archive, unpacking);
      }
      // A temporary directory is its owner's alone; the server may run as another user.
      makeReadable(unpacking);
      moveUnlessThere(unpacking, directory);
    }
    return new ServerBinaries(directory);
  }

  private static String architecture() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") ? "x86_64" : architecture;
  }

  private static void makeReadable(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void moveUnlessThere(Path unpacked, Path directory) throws IOException {
    try {
      Files.move(unpacked, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      // Another process was quicker.
      delete(unpacked);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    try (TarArchiveInputStream entries =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        Path path = entry.resolveIn(target);
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(parent(path));
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(parent(path));
          Files.copy(entries, path);
          if (parent(path).endsWith("bin")) {
            makeReadable(path);
          }
        }
      }
    }
  }

  private static Path parent(Path path) {
    return path.resolveSibling(".").normalize();
  }

  /**
   * The command line of one of the programs.
   *
   * <p>PostgreSQL refuses to run as root. In a user namespace of its own root is nobody in
   * particular, yet still the owner of the files.
   */
  List<String> command(String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(directory.resolve("bin").resolve(program).toString());
    command.addAll(arguments);
    return command;
  }
}
