package dev.millrace.protocol.protobuf;

import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.codec.WellFormedText;
import dev.millrace.protocol.protobuf.wire.InferParameter;
import java.util.LinkedHashMap;
import java.util.List;
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
    return message(result).toByteArray();
  }

  private static ResponseMessage message(Result result) {
    String id = WellFormedText.of(result.id());
    if (result instanceof TensorResult tensors) {
      return new ResponseMessage(
          id,
          WellFormedText.of(tensors.model().name()),
          Integer.toString(tensors.model().version()),
          parameters(tensors.parameters()),
          tensors.outputs());
    }
    if (result instanceof ErrorResult error) {
      return new ResponseMessage(id, "", "", error(error), List.of());
    }
    // Nobody asks for one in protobuf: the protocol has no such request.
    throw new IllegalArgumentException("a completion has no protobuf form");
  }

  /** Sorted, so that the same result is the same bytes. */
  private static Map<String, InferParameter> parameters(Map<String, ParameterValue> parameters) {
    if (parameters.isEmpty()) {
      return Map.of();
    }
    Map<String, InferParameter> messages = new LinkedHashMap<>();
    new TreeMap<>(parameters)
        .forEach((name, value) -> messages.put(WellFormedText.of(name), Parameters.message(value)));
    return messages;
  }

  private static Map<String, InferParameter> error(ErrorResult error) {
    Map<String, InferParameter> parameters = new LinkedHashMap<>();
    parameters.put(ERROR_CODE, text(error.code().wireName()));
    parameters.put(ERROR_MESSAGE, text(WellFormedText.of(error.message())));
    return parameters;
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }
}
