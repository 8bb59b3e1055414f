package dev.millrace.protocol;

import dev.millrace.protocol.json.JsonRequestWriter;
import dev.millrace.protocol.protobuf.ProtobufRequestWriter;

/**
 * Writes requests as record values, each in the encoding that is cheapest to read: tensors in
 * protobuf, with every bit of their data, and completions in JSON, the only one they have. Safe for
 * use by several threads.
 */
public final class RequestEncoder {
  private final JsonRequestWriter json = new JsonRequestWriter();
  private final ProtobufRequestWriter protobuf = new ProtobufRequestWriter();

  /** How a request is written. */
  public static Encoding encoding(InferenceRequest request) {
    return request instanceof TensorRequest ? Encoding.PROTOBUF : Encoding.JSON;
  }

  /**
   * The value of the request's record.
   *
   * @param id the id in the body, whatever the request's own is
   */
  public byte[] encode(InferenceRequest request, String id) {
    if (request instanceof TensorRequest tensors) {
      return protobuf.write(tensors, id);
    }
    if (request instanceof CompletionRequest completion) {
      return json.write(completion, id);
    }
    throw new IllegalArgumentException("no such request: " + request.getClass());
  }
}
