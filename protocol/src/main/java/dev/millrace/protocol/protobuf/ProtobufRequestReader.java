package dev.millrace.protocol.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.TensorRequest;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.TensorDeclarations;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferRequestedOutputTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads requests that are written in protobuf. Safe for use by several threads. */
public final class ProtobufRequestReader {
  private static final int OVERSIZED_PREFIX_LENGTH = 64 << 10;
  private static final int MAXIMUM_MESSAGE_LENGTH = 250;

  private final RequestLimits limits;

  public ProtobufRequestReader(RequestLimits limits) {
    this.limits = limits;
  }

  /** Reads a value of any bytes. */
  public Decoded read(byte[] value) {
    if (MessageOutline.canHoldTooMany(value.length)) {
      MessageOutline outline = MessageOutline.of(value, value.length);
      if (outline.messages() > MessageOutline.MAXIMUM_MESSAGES) {
        return tooManyMessages(outline);
      }
    }
    ModelInferRequest message;
    try {
      message = parse(value);
    } catch (InvalidProtocolBufferException malformed) {
      return new Decoded.Malformed(
          "not a ModelInferRequest: "
              + Excerpt.of(String.valueOf(malformed.getMessage()), MAXIMUM_MESSAGE_LENGTH));
    } catch (IOException impossible) {
      // An array in memory has no other failures; were there one, the record is unreadable too.
      return new Decoded.Malformed("not a ModelInferRequest: " + impossible);
    }
    MessageOutline outline = MessageOutline.of(message);
    if (outline.isAnonymous() && message.getInputsCount() == 0) {
      return new Decoded.Malformed("not a ModelInferRequest: no id, no model_name, no inputs");
    }
    try {
      return new Decoded.Request(request(message, outline));
    } catch (InvalidRequestException invalid) {
      return new Decoded.Invalid(
          outline.id(), outline.model(), invalid.code(), invalid.getMessage());
    }
  }

  /** Reads no more than the start of a value that is over the limit. */
  public Decoded readOversized(byte[] value) {
    String size =
        "value has %d bytes, at most %d are allowed".formatted(value.length, limits.maximumBytes());
    MessageOutline outline =
        MessageOutline.of(value, Math.min(value.length, OVERSIZED_PREFIX_LENGTH));
    return outline.isAnonymous()
        ? new Decoded.Malformed(size + "; it does not start with an id or a model_name")
        : new Decoded.Invalid(outline.id(), outline.model(), ErrorCode.PAYLOAD_TOO_LARGE, size);
  }

  private ModelInferRequest parse(byte[] value) throws IOException {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
    // Raw contents stay in the record's own array until they are copied into a tensor.
    input.enableAliasing(true);
    input.setRecursionLimit(limits.maximumNesting());
    ModelInferRequest message = ModelInferRequest.parser().parseFrom(input);
    input.checkLastTagWas(0);
    return message;
  }

  private TensorRequest request(ModelInferRequest message, MessageOutline outline)
      throws InvalidRequestException {
    ModelReference model = outline.model();
    if (model == null) {
      throw InvalidRequestException.request("model_name is missing");
    }
    if (message.getInputsCount() == 0) {
      throw InvalidRequestException.request("inputs is empty");
    }
    List<String> outputs = outputs(message);
    return new TensorRequest(
        outline.id(),
        model,
        Parameters.read(message.getParametersMap()),
        new InputReader(new TensorDeclarations(limits.maximumElements())).read(message),
        outputs);
  }

  private static List<String> outputs(ModelInferRequest message) throws InvalidRequestException {
    List<String> outputs = new ArrayList<>(message.getOutputsCount());
    for (InferRequestedOutputTensor output : message.getOutputsList()) {
      if (output.getName().isEmpty()) {
        throw InvalidRequestException.request("outputs[" + outputs.size() + "]: name is missing");
      }
      outputs.add(output.getName());
    }
    return outputs;
  }

  private static Decoded tooManyMessages(MessageOutline outline) {
    String message =
        "%d tensors, outputs and parameters, at most %d are allowed"
            .formatted(outline.messages(), MessageOutline.MAXIMUM_MESSAGES);
    return outline.isAnonymous()
        ? new Decoded.Malformed(message)
        : new Decoded.Invalid(outline.id(), outline.model(), ErrorCode.INVALID_REQUEST, message);
  }
}
