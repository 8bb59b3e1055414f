package dev.millrace.engines.pytorch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model that libtorch has loaded onto a device. {@link #block} may be used by several threads.
 */
final class PyTorchModel implements AutoCloseable {
  private final Model model;

  private PyTorchModel(Model model) {
    this.model = model;
  }

  static PyTorchModel load(ModelSpec spec, Device device) throws EngineUnavailableException {
    Path file = Path.of(spec.directory(), spec.modelFile());
    Model model = Model.newInstance(spec.version().name(), device, PyTorchLibrary.ENGINE);
    try {
      model.load(Path.of(spec.directory()), spec.modelFile());
      return new PyTorchModel(model);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new EngineUnavailableException(
          "model %s cannot be loaded from %s: %s"
              .formatted(spec.version(), file, EngineMessages.of(e)),
          e);
    }
  }

  Block block() {
    return model.getBlock();
  }

  /** The parent of the managers of batches. */
  NDManager manager() {
    return model.getNDManager();
  }

  @Override
  public void close() {
    model.close();
  }
}
