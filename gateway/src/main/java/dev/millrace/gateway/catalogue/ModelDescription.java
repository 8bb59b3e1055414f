package dev.millrace.gateway.catalogue;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelVersion;
import java.util.List;

/**
 * A version of a model.
 *
 * @param platform what runs it, as the Open Inference Protocol names it, such as {@code
 *     pytorch_torchscript}
 * @param kind what it answers
 * @param inputs without those that the engine fills in
 * @param created epoch seconds
 */
public record ModelDescription(
    ModelVersion version,
    String platform,
    Kind kind,
    List<TensorDescription> inputs,
    List<TensorDescription> outputs,
    long created) {
  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** What a model answers. */
  public enum Kind {
    /** Tensors. */
    TENSORS,
    /** Prompts. */
    TEXT
  }

  /**
   * An input or output.
   *
   * @param shape -1 where it varies
   */
  public record TensorDescription(String name, Datatype datatype, List<Long> shape) {
    public TensorDescription {
      shape = List.copyOf(shape);
    }
  }
}
