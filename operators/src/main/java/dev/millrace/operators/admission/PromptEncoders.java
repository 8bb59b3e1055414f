package dev.millrace.operators.admission;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.PromptEncoder;
import dev.millrace.engines.PromptEncoderProvider;
import dev.millrace.protocol.ModelVersion;
import java.util.HashMap;
import java.util.Map;

/** The encoders of all models that generate text. */
final class PromptEncoders implements AutoCloseable {
  private final Map<ModelVersion, PromptEncoder> encoders = new HashMap<>();

  private PromptEncoders() {}

  /**
   * Opens them.
   *
   * @throws EngineUnavailableException when one cannot be had; those opened before it are closed
   *     again
   */
  static PromptEncoders open(ModelCatalog catalog, PromptEncoderProvider provider)
      throws EngineUnavailableException {
    PromptEncoders opened = new PromptEncoders();
    try {
      for (ModelSpec model : catalog.all()) {
        if (model.text() != null) {
          opened.encoders.put(model.version(), provider.open(model));
        }
      }
      return opened;
    } catch (EngineUnavailableException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * The encoder of a model.
   *
   * @throws IllegalStateException when it generates no text
   */
  PromptEncoder of(ModelVersion model) {
    PromptEncoder encoder = encoders.get(model);
    if (encoder == null) {
      throw new IllegalStateException("model %s has no encoder".formatted(model));
    }
    return encoder;
  }

  @Override
  public void close() {
    encoders.values().forEach(PromptEncoder::close);
  }
}
