package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.generation.Logits;
import dev.millrace.engines.generation.Rows;

/**
 * Computes some steps before the first request does: libtorch optimises a graph in its first calls,
 * and a model without the text contract is better found now.
 */
final class TextWarmUp {
  /** The first call has libtorch watch the graph, the second has it optimise it. */
  private static final int CALLS = 3;

  private static final int PROMPT = 16;

  private TextWarmUp() {}

  /**
   * Prefills and decodes with one row and with all.
   *
   * @throws EngineUnavailableException when the model fails; the message says with what
   */
  static void run(ModelSpec spec, PyTorchSequenceModel model) throws EngineUnavailableException {
    Logits logits = new Logits(model.slots(), model.vocabulary());
    int[] tokens = new int[Math.min(PROMPT, model.context())];
    try {
      for (int count : new int[] {1, model.slots()}) {
        for (int call = 0; call < CALLS; call++) {
          Rows prefill = new Rows(count);
          Rows decode = new Rows(count);
          for (int slot = 0; slot < count; slot++) {
            prefill.add(slot, tokens, 0, Math.max(1, tokens.length - 1));
            decode.add(slot, tokens, tokens.length - 1, 1);
          }
          model.forward(prefill, logits);
          model.forward(decode, logits);
        }
      }
    } catch (RuntimeException e) {
      throw new EngineUnavailableException(
          "model %s in %s is declared as text-generation, but does not do as docs/text-models.md says: %s"
              .formatted(spec.version(), spec.directory(), EngineMessages.of(e)),
          e);
    }
  }
}
