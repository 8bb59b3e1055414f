package dev.millrace.gateway.http;

import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.TensorRequest;
import dev.millrace.protocol.TensorResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of the Open Inference Protocol: JSON, or JSON with binary tensor data behind it (its
 * binary tensor data extension).
 */
final class InferenceBodies {
  static final String JSON_LENGTH = "Inference-Header-Content-Length";
  private static final byte[] BINARY = "binary_data".getBytes(StandardCharsets.US_ASCII);

  private final RequestDecoder decoder;
  private final ResultEncoder encoder = new ResultEncoder();

  InferenceBodies(RequestDecoder decoder) {
    this.decoder = decoder;
  }

  /** The request in a body; fails with a {@link Rejection}. */
  Future<InferenceBody> read(RoutingContext context, ModelReference model) {
    byte[] body = Bodies.bytes(context);
    String jsonLength = context.request().getHeader(JSON_LENGTH);
    return Bodies.read(context, body.length, () -> read(body, jsonLength, model));
  }

  private InferenceBody read(byte[] body, @Nullable String jsonLength, ModelReference model) {
    if (jsonLength != null || contains(body, BINARY)) {
      return BinaryTensors.read(body, jsonLength, model, decoder);
    }
    return new InferenceBody(tensors(decoder, body, model), Set.of(), false);
  }

  static TensorRequest tensors(RequestDecoder decoder, byte[] json, ModelReference model) {
    InferenceRequest request = Bodies.request(decoder.decode(json, model));
    if (request instanceof TensorRequest tensors) {
      return tensors;
    }
    throw new Rejection(
        ApiError.invalid(
            400,
            ErrorCode.UNSUPPORTED_REQUEST.wireName(),
            "prompts are continued at /v1/completions",
            "prompt"));
  }

  /** Whether the bytes occur: only then it is worth looking what they are. */
  private static boolean contains(byte[] body, byte[] wanted) {
    for (int start = 0; start <= body.length - wanted.length; start++) {
      int length = 0;
      while (length < wanted.length && body[start + length] == wanted[length]) {
        length++;
      }
      if (length == wanted.length) {
        return true;
      }
    }
    return false;
  }

  /** Ends a request with its result, under the id that the client gave it. */
  void write(RoutingContext context, InferenceBody body, TensorResult result) {
    String own = body.request().id();
    TensorResult named =
        own == null
            ? result
            : new TensorResult(own, result.model(), result.parameters(), result.outputs());
    if (named.outputs().stream().anyMatch(output -> body.isBinary(output.name()))) {
      BinaryTensors.write(context, body, named);
    } else {
      Answers.json(context, 200, Buffer.buffer(encoder.encode(named, Encoding.JSON)));
    }
  }
}
