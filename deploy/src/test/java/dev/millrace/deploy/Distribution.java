package dev.millrace.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The distribution that the build has made. */
final class Distribution {
  private Distribution() {}

  /** Unpacks the archive where nobody has ever been, and returns its directory. */
  static Path unpack(Path into) throws IOException, InterruptedException {
    Path target = Path.of(System.getProperty("millrace.home"), "deploy", "target");
    Path archive;
    try (Stream<Path> files = Files.list(target)) {
      archive =
          files
              .filter(file -> file.toString().endsWith(".tar.gz"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no archive in " + target));
    }
    int status =
        new ProcessBuilder("tar", "xzf", archive.toString(), "-C", into.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new AssertionError("tar ended with status " + status);
    }
    return into.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
  }

  /** A jar with nothing to run in it. */
  static void jarWithoutMain(Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("nothing"));
    }
  }
}
