package dev.millrace.gateway.health;

import dev.millrace.gateway.catalogue.ModelDescription;
import dev.millrace.gateway.catalogue.ModelDescription.TensorDescription;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import java.util.List;
import java.util.Map;

/** The smallest request that a model answers: one row of zeros, or one token behind one. */
final class LeastRequest {
  private static final Map<String, ParameterValue> FIRST =
      Map.of("priority", new ParameterValue.Int64(1));

  private LeastRequest() {}

  static InferenceRequest of(ModelDescription model) {
    ModelReference reference =
        new ModelReference(model.version().name(), Integer.toString(model.version().version()));
    return switch (model.kind()) {
      case TEXT ->
          new CompletionRequest(
              null,
              reference,
              FIRST,
              List.of(new Prompt.Tokens(List.of(0))),
              new Sampling(1, 0, 1, 0, 1, 1, false, null, null, 0, 0, Map.of(), List.of()),
              false);
      case TENSORS ->
          new TensorRequest(
              null,
              reference,
              FIRST,
              model.inputs().stream().map(LeastRequest::zeros).toList(),
              List.of());
    };
  }

  private static Tensor zeros(TensorDescription input) {
    long[] shape = input.shape().stream().mapToLong(size -> size < 0 ? 1 : size).toArray();
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    // An element of BYTES that is empty has its length of 4 bytes.
    int size = input.datatype() == Datatype.BYTES ? Integer.BYTES : input.datatype().size();
    return new Tensor(
        input.name(),
        input.datatype(),
        shape,
        new byte[Math.toIntExact(Math.multiplyExact(elements, size))]);
  }
}
