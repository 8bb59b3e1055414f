package dev.millrace.protocol.protobuf;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferRequestedOutputTensor;

/**
 * Writes tensor requests as {@code ModelInferRequest}, their data raw. Safe for several threads.
 */
public final class ProtobufRequestWriter {
  /** The value of a request record. */
  public byte[] write(TensorRequest request, String id) {
    ModelInferRequest.Builder message =
        ModelInferRequest.newBuilder().setId(id).setModelName(request.model().name());
    String version = request.model().version();
    if (version != null) {
      message.setModelVersion(version);
    }
    request
        .parameters()
        .forEach((name, value) -> message.putParameters(name, Parameters.message(value)));
    for (Tensor tensor : request.inputs()) {
      InferInputTensor.Builder input =
          InferInputTensor.newBuilder()
              .setName(tensor.name())
              .setDatatype(tensor.datatype().name());
      for (long dimension : tensor.shape()) {
        input.addShape(dimension);
      }
      message.addInputs(input);
      message.addRawInputContents(UnsafeByteOperations.unsafeWrap(tensor.data()));
    }
    for (String output : request.outputs()) {
      message.addOutputs(InferRequestedOutputTensor.newBuilder().setName(output));
    }
    return message.build().toByteArray();
  }
}
