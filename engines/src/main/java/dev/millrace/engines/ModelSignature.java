package dev.millrace.engines;

import java.io.Serializable;
import java.util.List;

/**
 * The declared inputs and outputs of a model. A model that declares none (a directory made for DJL
 * Serving) takes whatever comes, in the order it comes.
 */
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs)
    implements Serializable {
  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
