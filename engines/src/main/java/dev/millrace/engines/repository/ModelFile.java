package dev.millrace.engines.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Finds a TorchScript file and tells whether it is whole, without libtorch. */
final class ModelFile {
  private static final String EXTENSION = ".pt";

  private ModelFile() {}

  /** The file that is named, else the one named as the model, else the only one there is. */
  static Path find(Path directory, String model, Optional<String> named)
      throws InvalidModelException {
    if (named.isPresent()) {
      Path file = withExtension(directory, named.get());
      if (Files.isRegularFile(file)) {
        return file;
      }
      throw new InvalidModelException(
          "%s: no such file, but option.modelName in serving.properties names it".formatted(file));
    }
    Path file = withExtension(directory, model);
    if (Files.isRegularFile(file)) {
      return file;
    }
    List<Path> candidates = candidates(directory);
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    throw new InvalidModelException(
        "%s: no %s, and %d other model files; name the one to serve with option.modelName in serving.properties"
            .formatted(directory, file.getFileName(), candidates.size()));
  }

  /**
   * Checks that a file is a whole TorchScript archive: a ZIP whose entries are all there and agree
   * with their checksums, with the model's data and code among them.
   */
  static void verify(Path file) throws InvalidModelException {
    boolean data = false;
    boolean code = false;
    try (ZipFile archive = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(archive.entries())) {
        verifyChecksum(archive, entry);
        data |= entry.getName().endsWith("/data.pkl");
        code |= entry.getName().contains("/code/");
      }
    } catch (IOException e) {
      throw new InvalidModelException(
          "%s: damaged, or no TorchScript file (%s); export it again with torch.jit.save"
              .formatted(file, e.getMessage()),
          e);
    }
    if (!data || !code) {
      throw new InvalidModelException(
          "%s: an archive, but not of a TorchScript model; export it with torch.jit.save"
              .formatted(file));
    }
  }

  /** {@link ZipFile} does not compare checksums by itself. */
  private static void verifyChecksum(ZipFile archive, ZipEntry entry) throws IOException {
    CRC32 checksum = new CRC32();
    byte[] buffer = new byte[1 << 16];
    try (InputStream content = archive.getInputStream(entry)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        checksum.update(buffer, 0, read);
      }
    }
    if (checksum.getValue() != entry.getCrc()) {
      throw new IOException("the checksum of " + entry.getName() + " does not match");
    }
  }

  private static Path withExtension(Path directory, String name) {
    return directory.resolve(name.endsWith(EXTENSION) ? name : name + EXTENSION);
  }

  private static List<Path> candidates(Path directory) throws InvalidModelException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(EXTENSION)).sorted().toList();
    } catch (IOException e) {
      throw new InvalidModelException("%s: cannot be listed: %s".formatted(directory, e), e);
    }
  }
}
