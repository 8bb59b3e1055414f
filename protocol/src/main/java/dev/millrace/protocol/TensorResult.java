package dev.millrace.protocol;

import java.util.List;
import java.util.Map;

/** An Open Inference Protocol inference response. */
public record TensorResult(
    String id, ModelVersion model, Map<String, ParameterValue> parameters, List<Tensor> outputs)
    implements Result {
  public TensorResult {
    parameters = Map.copyOf(parameters);
    outputs = List.copyOf(outputs);
  }

  @Override
  public ResultStatus status() {
    return ResultStatus.OK;
  }
}
