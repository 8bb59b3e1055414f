package dev.millrace.engines.repository;

import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.protocol.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory of models. Versions are directories named by positive integers; whatever else lies
 * beside them (training scripts, samples) is left alone, and so is everything hidden.
 */
public final class ModelRepository {
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

  private ModelRepository() {}

  /**
   * Reads and checks all model versions.
   *
   * @throws InvalidModelException for the first that cannot be served, or when there is none
   */
  public static ModelCatalog load(Path directory) throws InvalidModelException {
    Path root = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) {
      throw new InvalidModelException(
          "%s: no such directory; set millrace.models.repository to a model repository"
              .formatted(root));
    }
    List<ModelSpec> specs = new ArrayList<>();
    for (Path model : directories(root)) {
      specs.addAll(readVersions(model));
    }
    if (specs.isEmpty()) {
      throw new InvalidModelException("%s: no models in this repository".formatted(root));
    }
    return new ModelCatalog(specs);
  }

  /**
   * Reads and checks what a directory has: one version, all versions of a model, or all models.
   *
   * @throws InvalidModelException for the first that cannot be served, or when there is none
   */
  public static List<ModelSpec> find(Path directory) throws InvalidModelException {
    Path root = directory.toAbsolutePath().normalize();
    Path parent = root.getParent();
    if (parent != null && isVersion(root) && Files.isDirectory(root)) {
      return List.of(read(new ModelVersion(name(parent), Integer.parseInt(name(root))), root));
    }
    if (Files.isDirectory(root)
        && directories(root).stream().anyMatch(ModelRepository::isVersion)) {
      return readVersions(root);
    }
    return load(root).all();
  }

  private static List<ModelSpec> readVersions(Path model) throws InvalidModelException {
    List<ModelSpec> specs = new ArrayList<>();
    for (Path version : directories(model)) {
      if (isVersion(version)) {
        specs.add(read(new ModelVersion(name(model), Integer.parseInt(name(version))), version));
      }
    }
    if (specs.isEmpty()) {
      throw new InvalidModelException(
          "%s: no version; put the model into a directory named by a positive integer, such as %s"
              .formatted(model, model.resolve("1")));
    }
    return specs;
  }

  private static boolean isVersion(Path directory) {
    return VERSION.matcher(name(directory)).matches();
  }

  private static ModelSpec read(ModelVersion version, Path directory) throws InvalidModelException {
    ServingProperties properties = ServingProperties.read(directory);
    Path modelFile = ModelFile.find(directory, version.name(), properties.modelName());
    ModelFile.verify(modelFile);
    ModelSignature signature = properties.signature();
    return new ModelSpec(
        version,
        directory.toString(),
        name(modelFile),
        signature,
        properties.policy(signature.batchable()),
        properties.asMap(),
        properties.text(directory));
  }

  private static List<Path> directories(Path parent) throws InvalidModelException {
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(Files::isDirectory)
          .filter(child -> !name(child).startsWith(".") && !name(child).startsWith("__"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidModelException("%s: cannot be listed: %s".formatted(parent, e), e);
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
