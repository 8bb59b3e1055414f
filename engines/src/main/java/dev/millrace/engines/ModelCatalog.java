package dev.millrace.engines;

import dev.millrace.protocol.ModelReference;
import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The model versions that are deployed. */
public final class ModelCatalog implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How many names a message lists. */
  private static final int LISTED = 20;

  /** By name, each in ascending order of version. */
  private final SortedMap<String, List<ModelSpec>> models;

  public ModelCatalog(Collection<ModelSpec> specs) {
    models =
        specs.stream()
            .sorted(Comparator.comparingInt(spec -> spec.version().version()))
            .collect(
                Collectors.groupingBy(
                    spec -> spec.version().name(), TreeMap::new, Collectors.toList()));
  }

  /** What a request's model turned out to be. */
  public sealed interface Resolution {}

  /** It is deployed. */
  public record Found(ModelSpec model) implements Resolution {}

  /** There is none of that name; the message lists those there are. */
  public record UnknownModel(String message) implements Resolution {}

  /** There is such a model, but not in that version; the message lists those there are. */
  public record UnknownVersion(String message) implements Resolution {}

  /** Finds the version that a request asks for: the highest when it names none. */
  public Resolution resolve(ModelReference reference) {
    List<ModelSpec> versions = models.get(reference.name());
    if (versions == null) {
      return new UnknownModel(
          "no model is named '%s'; deployed: %s"
              .formatted(abbreviated(reference.name()), list(models.keySet())));
    }
    String wanted = reference.version();
    if (wanted == null || wanted.isEmpty()) {
      return new Found(versions.get(versions.size() - 1));
    }
    for (ModelSpec spec : versions) {
      if (Integer.toString(spec.version().version()).equals(wanted)) {
        return new Found(spec);
      }
    }
    List<Integer> deployed = versions.stream().map(spec -> spec.version().version()).toList();
    return new UnknownVersion(
        "model '%s' has no version '%s'; deployed: %s"
            .formatted(reference.name(), abbreviated(wanted), list(deployed)));
  }

  /** All of them, by name and version. */
  public List<ModelSpec> all() {
    return models.values().stream().flatMap(List::stream).toList();
  }

  private static String list(Collection<?> names) {
    String listed =
        names.stream().limit(LISTED).map(String::valueOf).collect(Collectors.joining(", "));
    return names.size() > LISTED ? listed + " and " + (names.size() - LISTED) + " more" : listed;
  }

  /** Names come from requests, and requests may be large. */
  private static String abbreviated(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
