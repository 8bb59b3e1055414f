package dev.millrace.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An Open Inference Protocol inference request.
 *
 * @param inputs at least one, with distinct names
 * @param outputs the names of the outputs wanted; empty for all
 */
public record TensorRequest(
    @Nullable String id,
    ModelReference model,
    Map<String, ParameterValue> parameters,
    List<Tensor> inputs,
    List<String> outputs)
    implements InferenceRequest {
  public TensorRequest {
    parameters = Map.copyOf(parameters);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
