package dev.millrace.gateway.catalogue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The models that are deployed.
 *
 * @param models in order of names and versions
 */
public record Catalogue(List<ModelDescription> models) {
  public Catalogue {
    List<ModelDescription> sorted = new ArrayList<>(models);
    sorted.sort(
        Comparator.comparing((ModelDescription model) -> model.version().name())
            .thenComparing(model -> model.version().version()));
    models = List.copyOf(sorted);
  }

  /** All versions of a model; none when there is no such model. */
  public List<ModelDescription> versions(String name) {
    return models.stream().filter(model -> model.version().name().equals(name)).toList();
  }

  /**
   * One version of a model.
   *
   * @param version null for the default one, which is the highest
   */
  public Optional<ModelDescription> find(String name, @Nullable String version) {
    List<ModelDescription> versions = versions(name);
    if (version == null) {
      return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    }
    return versions.stream()
        .filter(model -> Integer.toString(model.version().version()).equals(version))
        .findFirst();
  }

  /** The default version of each model. */
  public List<ModelDescription> defaults() {
    return models.stream()
        .filter(model -> find(model.version().name(), null).filter(model::equals).isPresent())
        .toList();
  }
}
