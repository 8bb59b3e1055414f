package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.millrace.engines.InputRole;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** The inputs of a model, in the order in which it takes them. Confined to one stream. */
final class BatchInputs {
  private final boolean declared;
  private final List<BatchInput> inputs = new ArrayList<>();

  BatchInputs(ModelSignature signature) {
    declared = !signature.inputs().isEmpty();
    int sent = 0;
    for (TensorSpec input : signature.inputs()) {
      if (input.role() instanceof InputRole.Padded padded) {
        inputs.add(new PaddedInput(sent, input, padded));
      } else if (input.role() instanceof InputRole.Mask) {
        inputs.add(new MaskInput(input));
      } else {
        inputs.add(new SentInput(sent));
      }
      sent += input.sent() ? 1 : 0;
    }
  }

  /** The inputs of a batch. They are valid until the next call. */
  NDList stack(BatchLayout batch, NDManager manager) {
    List<BatchInput> taken = declared ? inputs : asMany(batch.requests().get(0).inputs().size());
    NDList stacked = new NDList(taken.size());
    for (BatchInput input : taken) {
      stacked.add(input.stack(batch, manager));
    }
    return stacked;
  }

  /** A model that declares no inputs takes as many as come. */
  private List<BatchInput> asMany(int count) {
    while (inputs.size() < count) {
      inputs.add(new SentInput(inputs.size()));
    }
    return inputs.subList(0, count);
  }
}
