package dev.millrace.protocol.protobuf;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.protocol.MalformedResultException;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.RawContents;
import dev.millrace.protocol.codec.ResultFields;
import dev.millrace.protocol.codec.TensorDeclarations;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse.InferOutputTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads results that are written in protobuf. Safe for use by several threads. */
public final class ProtobufResultReader {
  /**
   * Reads the value of a result record.
   *
   * @throws MalformedResultException when it is no result of that status
   */
  public Result read(byte[] value, ResultStatus status) throws MalformedResultException {
    try {
      ModelInferResponse response = ModelInferResponse.parseFrom(value);
      Map<String, ParameterValue> parameters = Parameters.read(response.getParametersMap());
      return new ResultFields(
              response.getId(),
              response.getModelName(),
              response.getModelVersion(),
              parameters,
              outputs(response),
              ResultFields.Completion.NONE,
              new ResultFields.Fault(
                  text(parameters, ProtobufResultWriter.ERROR_CODE),
                  text(parameters, ProtobufResultWriter.ERROR_MESSAGE),
                  null))
          .result(status);
    } catch (InvalidProtocolBufferException malformed) {
      throw new MalformedResultException("not a ModelInferResponse", malformed);
    } catch (InvalidRequestException invalid) {
      throw new MalformedResultException(invalid.getMessage(), invalid);
    }
  }

  private static @Nullable String text(Map<String, ParameterValue> parameters, String name) {
    return parameters.get(name) instanceof ParameterValue.Text text ? text.value() : null;
  }

  /** Results have raw data only. */
  private static List<Tensor> outputs(ModelInferResponse response)
      throws MalformedResultException, InvalidRequestException {
    if (response.getRawOutputContentsCount() != response.getOutputsCount()) {
      throw new MalformedResultException(
          "expected one entry of raw_output_contents for each of %d outputs, found %d"
              .formatted(response.getOutputsCount(), response.getRawOutputContentsCount()),
          null);
    }
    TensorDeclarations declarations = new TensorDeclarations(Long.MAX_VALUE);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < response.getOutputsCount(); i++) {
      InferOutputTensor output = response.getOutputs(i);
      long[] shape = output.getShapeList().stream().mapToLong(Long::longValue).toArray();
      tensors.add(
          RawContents.check(
              declarations.declare(output.getName(), output.getDatatype(), shape),
              response.getRawOutputContents(i).toByteArray()));
    }
    return tensors;
  }
}
