package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a tensor request alone. */
final class TensorFields extends FieldGroup {
  private static final Set<String> NAMES = Set.of("model_name", "inputs", "outputs");

  private final TensorReader tensorReader;
  private @Nullable String modelName;
  private boolean present;
  private List<Tensor> inputs = List.of();
  private List<String> outputs = List.of();

  TensorFields(TensorReader tensorReader) {
    super(NAMES);
    this.tensorReader = tensorReader;
  }

  @Override
  void readValue(String field, JsonParser parser) throws IOException, InvalidRequestException {
    switch (field) {
      case "model_name" -> modelName = JsonValues.text(parser, field);
      case "inputs" -> {
        present = true;
        inputs = tensorReader.readAll(parser, field);
      }
      default -> outputs = readOutputs(parser, field);
    }
  }

  /** Whether the body has inputs, good or bad. */
  boolean isPresent() {
    return present;
  }

  @Nullable String modelName() {
    return modelName;
  }

  TensorRequest request(CommonFields common) throws InvalidRequestException {
    check();
    ModelReference model = common.model(modelName);
    if (model == null) {
      throw InvalidRequestException.request("model_name is missing");
    }
    if (inputs.isEmpty()) {
      throw InvalidRequestException.request(present ? "inputs is empty" : "inputs is missing");
    }
    return new TensorRequest(common.id(), model, common.parameters(), inputs, outputs);
  }

  private static List<String> readOutputs(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, field, "an array of requested outputs");
    }
    List<String> outputs = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      outputs.add(readOutput(parser, field + "[" + outputs.size() + "]"));
    }
    return outputs;
  }

  private static String readOutput(JsonParser parser, String position)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, position, "an object with a name");
    }
    String name = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("name")) {
        name = JsonValues.text(parser, position + ".name");
      } else {
        JsonValues.skip(parser, field);
      }
    }
    if (name.isEmpty()) {
      throw InvalidRequestException.request(position + ": name is missing");
    }
    return name;
  }
}
