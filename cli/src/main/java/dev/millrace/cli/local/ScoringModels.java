package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.protocol.TensorRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.flink.configuration.ReadableConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models that a job with some options scores with, outside of the job. */
final class ScoringModels {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringModels.class);

  private final ModelCatalog catalog;
  private final EngineProvider engines;

  private ScoringModels(ModelCatalog catalog, EngineProvider engines) {
    this.catalog = catalog;
    this.engines = engines;
  }

  /**
   * Reads the repository that the options name.
   *
   * @throws CommandException when a model or an option is unusable
   */
  static ScoringModels of(ReadableConfig options) throws CommandException {
    try {
      return new ScoringModels(
          ModelRepository.load(Path.of(options.get(MillraceOptions.MODELS_REPOSITORY))),
          new PyTorchEngineProvider(
              new EngineSettings(
                  options.get(MillraceOptions.ENGINE_DEVICE),
                  options.get(MillraceOptions.ENGINE_STREAMS))));
    } catch (InvalidModelException | IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Loads each model once.
   *
   * @throws CommandException when one cannot be loaded, or the device is missing
   */
  void requireUsable() throws CommandException {
    for (ModelSpec model : catalog.all()) {
      try (Engine engine = engines.open(model, GpuAllotment.UNMANAGED)) {
        LOG.info("{} can be loaded, {} requests at once.", model.version(), engine.capacity());
      } catch (EngineUnavailableException e) {
        throw new CommandException(String.valueOf(e.getMessage()), e);
      }
    }
  }

  /**
   * Requests a second of the engine alone, of the model that the first of these asks for; empty
   * when there is none.
   */
  OptionalDouble throughput(List<TensorRequest> requests)
      throws EngineUnavailableException, InterruptedException {
    if (!requests.isEmpty()
        && catalog.resolve(requests.get(0).model()) instanceof ModelCatalog.Found found) {
      return OptionalDouble.of(EngineThroughput.measure(engines, found.model(), requests));
    }
    return OptionalDouble.empty();
  }
}
