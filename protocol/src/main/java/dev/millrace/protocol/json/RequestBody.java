package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request's object. A fault in a field does not end the reading: the id may stand behind
 * it, and so may whatever makes the whole of it malformed.
 */
final class RequestBody {
  private final CommonFields common;
  private final TensorFields tensor;
  private final CompletionFields completion;

  /**
   * @param addressed the model whatever the body says; null for the body's own
   */
  RequestBody(TensorReader tensorReader, long maximumElements, @Nullable ModelReference addressed) {
    common = new CommonFields(addressed);
    tensor = new TensorFields(tensorReader);
    completion = new CompletionFields(maximumElements);
  }

  /** Reads the object whose start the parser stands on. A null is as good as no field at all. */
  void read(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        groupOf(field).read(field, parser);
      }
    }
  }

  /** What the fields make together. */
  Decoded decoded() {
    try {
      return new Decoded.Request(request());
    } catch (InvalidRequestException invalid) {
      String name = tensor.modelName() == null ? completion.model() : tensor.modelName();
      return new Decoded.Invalid(
          common.id(), common.model(name), invalid.code(), invalid.getMessage(), invalid.param());
    }
  }

  private InferenceRequest request() throws InvalidRequestException {
    common.check();
    if (tensor.isPresent() && completion.isPresent()) {
      throw InvalidRequestException.request("body has both inputs and prompt");
    }
    if (tensor.isPresent() || (!completion.isPresent() && tensor.modelName() != null)) {
      return tensor.request(common);
    }
    if (completion.isPresent() || completion.model() != null) {
      return completion.request(common);
    }
    throw InvalidRequestException.request("body has neither inputs nor prompt");
  }

  private FieldGroup groupOf(String field) {
    if (tensor.owns(field)) {
      return tensor;
    }
    return completion.owns(field) ? completion : common;
  }
}
