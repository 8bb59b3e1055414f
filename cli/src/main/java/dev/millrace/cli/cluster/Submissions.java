package dev.millrace.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Remembers which jar each job was started from, and how: an upgrade may have to go back to it. */
public final class Submissions {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int NAME_LENGTH = 16;

  private final Path directory;

  public Submissions(ClusterDirectory directory) {
    this.directory = directory.submissions();
  }

  /**
   * How a job was started.
   *
   * @param jar a copy of the jar, which nobody changes
   * @param arguments of its main
   */
  public record Submitted(String jar, List<String> arguments, int parallelism) {
    public Submitted {
      arguments = List.copyOf(arguments);
    }

    Path jarFile() {
      return Path.of(jar);
    }
  }

  /** Keeps a copy of a jar under the name of what is in it. */
  Path keep(Path jar) throws IOException {
    Files.createDirectories(directory);
    Path copy = directory.resolve(nameOf(jar) + ".jar");
    if (!Files.exists(copy)) {
      Path next = directory.resolve(copy.getFileName() + ".next");
      Files.copy(jar, next, StandardCopyOption.REPLACE_EXISTING);
      Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE);
    }
    return copy;
  }

  void remember(String job, Submitted submitted) throws IOException {
    Files.createDirectories(directory);
    JSON.writeValue(file(job).toFile(), submitted);
  }

  /** How a job was started, if it was started from here. */
  public Optional<Submitted> of(String job) throws IOException {
    if (!Files.exists(file(job))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file(job).toFile(), Submitted.class));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s tells of no submission: %s".formatted(file(job), e.getOriginalMessage()), e);
    }
  }

  private Path file(String job) {
    return directory.resolve(job + ".json");
  }

  private static String nameOf(Path jar) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
      return HexFormat.of().formatHex(hash).substring(0, NAME_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
