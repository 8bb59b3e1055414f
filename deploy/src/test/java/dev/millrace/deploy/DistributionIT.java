package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionIT {
  @TempDir Path directory;

  /** The command line has two directories on its class path, one of which leaves out the other. */
  @Test
  void everyJarOfTheCommandLineIsThereOnce() throws Exception {
    Path distribution = Distribution.unpack(directory);
    Set<String> shared = jars(distribution.resolve("lib"));
    Set<String> own = jars(distribution.resolve("cli"));
    Set<String> there = new TreeSet<>(shared);
    there.addAll(own);

    assertThat(jars(Path.of(System.getProperty("millrace.home"), "cli", "target", "lib")))
        .isNotEmpty()
        .isSubsetOf(there);
    assertThat(own).doesNotContainAnyElementsOf(shared);
  }

  private static Set<String> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
