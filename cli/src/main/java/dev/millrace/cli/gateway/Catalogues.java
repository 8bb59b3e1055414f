package dev.millrace.cli.gateway;

import dev.millrace.cli.CommandException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TensorSpec;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.catalogue.ModelDescription;
import dev.millrace.gateway.catalogue.ModelDescription.Kind;
import dev.millrace.gateway.catalogue.ModelDescription.TensorDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a gateway tells of the models in a repository. */
public final class Catalogues {
  private static final String PLATFORM = "pytorch_torchscript";

  private Catalogues() {}

  /**
   * Of the repository that the job deploys.
   *
   * @throws CommandException when a model in it cannot be served
   */
  public static Catalogue of(Path repository) throws CommandException {
    try {
      List<ModelDescription> models = new ArrayList<>();
      for (ModelSpec spec : ModelRepository.load(repository).all()) {
        models.add(description(spec));
      }
      return new Catalogue(models);
    } catch (InvalidModelException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandException("the models cannot be read: " + e, e);
    }
  }

  private static ModelDescription description(ModelSpec spec) throws IOException {
    return new ModelDescription(
        spec.version(),
        PLATFORM,
        spec.text() == null ? Kind.TENSORS : Kind.TEXT,
        spec.signature().inputs().stream()
            .filter(TensorSpec::sent)
            .map(Catalogues::description)
            .toList(),
        spec.signature().outputs().stream().map(Catalogues::description).toList(),
        Files.getLastModifiedTime(Path.of(spec.directory())).toMillis() / 1_000);
  }

  private static TensorDescription description(TensorSpec tensor) {
    return new TensorDescription(tensor.name(), tensor.datatype(), tensor.shape());
  }
}
