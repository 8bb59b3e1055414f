package dev.millrace.engines;

import java.io.Serializable;

/**
 * Opens the encoders of text models where requests are admitted. Shipped with the job, so it holds
 * only what can travel.
 */
@FunctionalInterface
public interface PromptEncoderProvider extends Serializable {
  /**
   * Opens the encoder of a model version that generates text.
   *
   * @throws EngineUnavailableException when its vocabulary cannot be read
   */
  PromptEncoder open(ModelSpec model) throws EngineUnavailableException;
}
