package dev.millrace.protocol.protobuf;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.codec.WellFormedText;
import dev.millrace.protocol.protobuf.wire.InferParameter;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse.InferOutputTensor;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes results as {@code ModelInferResponse} messages, their data raw. The protocol has no error
 * message (its gRPC form has the call's status): an error is a response without outputs and with
 * the parameters {@code error_code} and {@code error_message}.
 *
 * <p>Safe for use by several threads.
 */
public final class ProtobufResultWriter {
  static final String ERROR_CODE = "error_code";
  static final String ERROR_MESSAGE = "error_message";

  /** The value of a result record. */
  public byte[] write(Result result) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder().setId(WellFormedText.of(result.id()));
    if (result instanceof TensorResult tensors) {
      addTensors(response, tensors);
    } else if (result instanceof ErrorResult error) {
      response.putParameters(ERROR_CODE, text(error.code().wireName()));
      response.putParameters(ERROR_MESSAGE, text(WellFormedText.of(error.message())));
    }
    return response.build().toByteArray();
  }

  private static void addTensors(ModelInferResponse.Builder response, TensorResult result) {
    response.setModelName(WellFormedText.of(result.model().name()));
    response.setModelVersion(Integer.toString(result.model().version()));
    // Sorted, so that the same result is the same bytes.
    for (Map.Entry<String, ParameterValue> parameter :
        new TreeMap<>(result.parameters()).entrySet()) {
      response.putParameters(
          WellFormedText.of(parameter.getKey()), Parameters.message(parameter.getValue()));
    }
    for (Tensor tensor : result.outputs()) {
      InferOutputTensor.Builder output =
          InferOutputTensor.newBuilder()
              .setName(WellFormedText.of(tensor.name()))
              .setDatatype(tensor.datatype().name());
      for (long dimension : tensor.shape()) {
        output.addShape(dimension);
      }
      response.addOutputs(output);
      response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensor.data()));
    }
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }
}
