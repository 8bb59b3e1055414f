package dev.millrace.protocol.protobuf;

import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.protobuf.wire.InferParameter;
import java.util.HashMap;
import java.util.Map;

/** Parameters to and from their messages. */
final class Parameters {
  private Parameters() {}

  static Map<String, ParameterValue> read(Map<String, InferParameter> messages)
      throws InvalidRequestException {
    if (messages.isEmpty()) {
      return Map.of();
    }
    Map<String, ParameterValue> parameters = new HashMap<>();
    for (Map.Entry<String, InferParameter> entry : messages.entrySet()) {
      parameters.put(entry.getKey(), read(entry.getKey(), entry.getValue()));
    }
    return parameters;
  }

  private static ParameterValue read(String name, InferParameter message)
      throws InvalidRequestException {
    return switch (message.getParameterChoiceCase()) {
      case BOOL_PARAM -> new ParameterValue.Bool(message.getBoolParam());
      case INT64_PARAM -> new ParameterValue.Int64(message.getInt64Param());
      case STRING_PARAM -> new ParameterValue.Text(message.getStringParam());
      case DOUBLE_PARAM -> new ParameterValue.Float64(message.getDoubleParam());
      case UINT64_PARAM -> {
        if (message.getUint64Param() < 0) {
          throw unexpected(
              name,
              "an integer up to " + Long.MAX_VALUE,
              Long.toUnsignedString(message.getUint64Param()));
        }
        yield new ParameterValue.Int64(message.getUint64Param());
      }
      case PARAMETERCHOICE_NOT_SET ->
          throw unexpected(name, "a boolean, a number or a string", "none");
    };
  }

  static InferParameter message(ParameterValue parameter) {
    InferParameter.Builder message = InferParameter.newBuilder();
    if (parameter instanceof ParameterValue.Bool bool) {
      message.setBoolParam(bool.value());
    } else if (parameter instanceof ParameterValue.Int64 integer) {
      message.setInt64Param(integer.value());
    } else if (parameter instanceof ParameterValue.Float64 number) {
      message.setDoubleParam(number.value());
    } else if (parameter instanceof ParameterValue.Text text) {
      message.setStringParam(text.value());
    }
    return message.build();
  }

  private static InvalidRequestException unexpected(String name, String expected, String found) {
    return InvalidRequestException.request(
        "parameter %s: expected %s, found %s".formatted(Excerpt.quoted(name), expected, found));
  }
}
