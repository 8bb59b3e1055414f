package dev.millrace.cli.cluster;

import dev.millrace.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the programs of a cluster are: the distribution that this command was started from, or the
 * one that the build of this checkout has laid out.
 *
 * @param root the directory of the distribution
 */
public record Installation(Path root) {
  private static final String LIBRARY = "lib";
  private static final String LAID_OUT = "deploy/target/millrace";

  /**
   * Finds it.
   *
   * @param home where the launcher script is
   * @throws CommandException when there is none
   */
  public static Installation of(Path home) throws CommandException {
    for (Path root : List.of(home, home.resolve(LAID_OUT))) {
      if (Files.isDirectory(root.resolve(LIBRARY))) {
        return new Installation(root.toAbsolutePath());
      }
    }
    throw new CommandException(
        "%s is no distribution, and %s has not been built: run mvn package, or the millrace script"
            .formatted(home, home.resolve(LAID_OUT)));
  }

  /** The jars of JobManagers and TaskManagers: Flink, and the engines' native libraries. */
  public Path library() {
    return root.resolve(LIBRARY);
  }

  /** The jars of the broker. */
  public Path kafka() {
    return root.resolve("kafka");
  }

  /** Flink's plugins, a directory each. */
  public Path plugins() {
    return root.resolve("plugins");
  }

  /** The directory of {@code config.yaml}. */
  public Path configuration() {
    return root.resolve("conf");
  }

  /** The model repository that comes along. */
  public Path models() {
    return root.resolve("models");
  }

  /**
   * The job jar that comes along.
   *
   * @throws CommandException when there is none
   */
  public Path jobJar() throws CommandException {
    Path jobs = root.resolve("jobs");
    try (Stream<Path> jars = Files.list(jobs)) {
      return jars.filter(jar -> jar.toString().endsWith(".jar"))
          .max(Path::compareTo)
          .orElseThrow(() -> new CommandException("no job jar in " + jobs));
    } catch (IOException e) {
      throw new CommandException("no job jar in %s: %s".formatted(jobs, e), e);
    }
  }
}
