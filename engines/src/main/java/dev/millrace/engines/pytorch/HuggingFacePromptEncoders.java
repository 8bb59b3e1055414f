package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.PromptEncoder;
import dev.millrace.engines.PromptEncoderProvider;
import dev.millrace.engines.TextModelSpec;
import java.nio.file.Path;

/** Encodes prompts as the {@code tokenizer.json} of their model says. */
public final class HuggingFacePromptEncoders implements PromptEncoderProvider {
  private static final long serialVersionUID = 1L;

  @Override
  public PromptEncoder open(ModelSpec model) throws EngineUnavailableException {
    return HuggingFaceTextTokenizer.open(Path.of(model.directory(), TextModelSpec.TOKENIZER));
  }
}
