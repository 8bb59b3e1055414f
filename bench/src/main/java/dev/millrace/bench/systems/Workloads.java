package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Settings;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.InputCheck;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;

/** Finds models and makes requests for them. */
public final class Workloads {
  private static final String SAMPLES = "samples.jsonl";

  private Workloads() {}

  /**
   * Requests for a model of {@code models} or {@code bench/models}, scored by PyTorch, or for the
   * model {@code no-op}. They are the model's samples, else those of another model that takes the
   * same, else random.
   *
   * @param otherwise the model when the settings name none
   * @throws BenchmarkException when there is no such model
   */
  public static Workload load(Settings settings, String otherwise) throws BenchmarkException {
    String name = settings.model().orElse(otherwise);
    if (name.equals(NoOpEngineProvider.MODEL)) {
      return noOp(settings.encoding());
    }
    List<ModelSpec> models = models(settings.home());
    ModelSpec model = find(name, models);
    return new Workload(model, engines(settings), settings.encoding(), inputs(model, models));
  }

  /** Random requests for an engine that does nothing. */
  public static Workload noOp(Encoding encoding) {
    ModelSpec model = NoOpEngineProvider.model();
    return new Workload(model, new NoOpEngineProvider(), encoding, RandomInputs.of(model));
  }

  /**
   * A model of {@code models} or {@code bench/models}.
   *
   * @param otherwise when the settings name none
   * @throws BenchmarkException when there is no such model
   */
  public static ModelSpec model(Settings settings, String otherwise) throws BenchmarkException {
    return find(settings.model().orElse(otherwise), models(settings.home()));
  }

  /** What scores and generates, as the settings have it. */
  public static EngineProvider engines(Settings settings) throws BenchmarkException {
    return new PyTorchEngineProvider(engine(settings));
  }

  private static ModelSpec find(String name, List<ModelSpec> models) throws BenchmarkException {
    return models.stream()
        .filter(candidate -> candidate.version().name().equals(name))
        .reduce((lower, higher) -> higher)
        .orElseThrow(() -> unknown(name, models));
  }

  private static BenchmarkException unknown(String name, List<ModelSpec> models) {
    return new BenchmarkException(
        "no model is named '%s'; there are %s"
            .formatted(
                name,
                String.join(
                    ", ",
                    Stream.concat(
                            Stream.of(NoOpEngineProvider.MODEL),
                            models.stream().map(model -> model.version().name()))
                        .distinct()
                        .toList())));
  }

  private static List<ModelSpec> models(Path home) throws BenchmarkException {
    List<ModelSpec> models = new ArrayList<>();
    for (Path repository : List.of(home.resolve("models"), home.resolve("bench/models"))) {
      if (Files.isDirectory(repository)) {
        try {
          models.addAll(ModelRepository.load(repository).all());
        } catch (InvalidModelException e) {
          throw new BenchmarkException(String.valueOf(e.getMessage()), e);
        }
      }
    }
    return models;
  }

  private static EngineSettings engine(Settings settings) throws BenchmarkException {
    Configuration options = Configuration.fromMap(settings.options());
    try {
      return new EngineSettings(
          options.get(MillraceOptions.ENGINE_DEVICE), options.get(MillraceOptions.ENGINE_STREAMS));
    } catch (IllegalArgumentException e) {
      throw new BenchmarkException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<List<Tensor>> inputs(ModelSpec model, List<ModelSpec> others)
      throws BenchmarkException {
    for (ModelSpec candidate : Stream.concat(Stream.of(model), others.stream()).toList()) {
      Optional<Path> samples = samples(candidate);
      if (samples.isPresent()
          && candidate.signature().inputs().equals(model.signature().inputs())) {
        return read(samples.get(), model);
      }
    }
    return RandomInputs.of(model);
  }

  private static Optional<Path> samples(ModelSpec model) {
    return Optional.ofNullable(Path.of(model.directory()).getParent())
        .map(directory -> directory.resolve(SAMPLES))
        .filter(Files::isRegularFile);
  }

  private static List<List<Tensor>> read(Path samples, ModelSpec model) throws BenchmarkException {
    RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());
    try (Stream<String> lines = Files.lines(samples)) {
      List<List<Tensor>> inputs =
          lines
              .map(line -> decoder.decode(line.getBytes(StandardCharsets.UTF_8), Encoding.JSON))
              .flatMap(decoded -> usable(decoded, model).stream())
              .toList();
      if (inputs.isEmpty()) {
        throw new BenchmarkException("%s: no request for %s".formatted(samples, model.version()));
      }
      return inputs;
    } catch (IOException e) {
      throw new BenchmarkException("%s: cannot be read: %s".formatted(samples, e), e);
    }
  }

  private static Optional<List<Tensor>> usable(Decoded decoded, ModelSpec model) {
    return decoded instanceof Decoded.Request request
            && request.request() instanceof TensorRequest tensors
            && model.signature().check(tensors.inputs(), 1) instanceof InputCheck.Accepted accepted
        ? Optional.of(accepted.inputs())
        : Optional.empty();
  }
}
