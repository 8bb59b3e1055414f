package dev.millrace.engines.pytorch;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TensorSpec;
import java.util.stream.Stream;

/**
 * Opens PyTorch engines, shared by all who have the same model on the same device in this process.
 */
public final class PyTorchEngineProvider implements EngineProvider {
  private static final long serialVersionUID = 1L;

  private static final SharedModels MODELS = new SharedModels();

  private final EngineSettings settings;

  public PyTorchEngineProvider(EngineSettings settings) {
    this.settings = settings;
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException {
    requireDatatypes(model);
    int visible = PyTorchLibrary.load().getGpuCount();
    return MODELS.open(model, Devices.candidates(settings.device(), gpus, visible), settings);
  }

  private static void requireDatatypes(ModelSpec model) throws EngineUnavailableException {
    for (TensorSpec tensor :
        Stream.concat(model.signature().inputs().stream(), model.signature().outputs().stream())
            .toList()) {
      if (DataTypes.of(tensor.datatype()).isEmpty()) {
        throw new EngineUnavailableException(
            "model %s: tensor '%s' is %s, which PyTorch does not have"
                .formatted(model.version(), tensor.name(), tensor.datatype()));
      }
    }
  }

  /** How many models this process has loaded. */
  static int loadedModels() {
    return MODELS.size();
  }
}
