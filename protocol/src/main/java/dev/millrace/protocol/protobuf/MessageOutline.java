package dev.millrace.protocol.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the top level of an encoded request tells without its tensors being parsed.
 *
 * <p>A message of no content takes two bytes on the wire and a hundred times that as an object, so
 * the number of messages is bounded before they are made.
 */
final class MessageOutline {
  /** The most tensors, outputs and parameters of a request together. */
  static final int MAXIMUM_MESSAGES = 1 << 16;

  /** Tag and length. */
  private static final int EMPTY_MESSAGE_LENGTH = 2;

  /** No field has it: the tag that is read at the end. Skipping it would throw, which is slow. */
  private static final int END = 0;

  private String id = "";
  private String modelName = "";
  private String modelVersion = "";
  private int messages;

  /** Looks at the first bytes; at what is cut off or malformed it ends without complaint. */
  static MessageOutline of(byte[] value, int length) {
    MessageOutline outline = new MessageOutline();
    CodedInputStream input = CodedInputStream.newInstance(value, 0, length);
    try {
      while (outline.readField(input)) {}
    } catch (IOException end) {
      // What was read before is what there is to know: whether the rest is sound is for others.
      return outline;
    }
    return outline;
  }

  /** What {@link #of(byte[], int)} finds in a message that could be parsed; counts nothing. */
  static MessageOutline of(ModelInferRequest message) {
    MessageOutline outline = new MessageOutline();
    outline.id = message.getId();
    outline.modelName = message.getModelName();
    outline.modelVersion = message.getModelVersion();
    return outline;
  }

  /** Whether a value of this length has room for more messages than are allowed. */
  static boolean canHoldTooMany(int length) {
    return length > MAXIMUM_MESSAGES * EMPTY_MESSAGE_LENGTH;
  }

  private boolean readField(CodedInputStream input) throws IOException {
    int tag = input.readTag();
    if (tag == END) {
      return false;
    }
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return input.skipField(tag);
    }
    switch (WireFormat.getTagFieldNumber(tag)) {
      case ModelInferRequest.ID_FIELD_NUMBER -> id = input.readStringRequireUtf8();
      case ModelInferRequest.MODEL_NAME_FIELD_NUMBER -> modelName = input.readStringRequireUtf8();
      case ModelInferRequest.MODEL_VERSION_FIELD_NUMBER ->
          modelVersion = input.readStringRequireUtf8();
      case ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER -> input.skipField(tag);
      default -> {
        messages++;
        input.skipField(tag);
      }
    }
    return true;
  }

  @Nullable String id() {
    return id.isEmpty() ? null : id;
  }

  @Nullable ModelReference model() {
    return modelName.isEmpty()
        ? null
        : new ModelReference(modelName, modelVersion.isEmpty() ? null : modelVersion);
  }

  /** Whether nothing was found that says whose request it is, or for which model. */
  boolean isAnonymous() {
    return id.isEmpty() && modelName.isEmpty();
  }

  int messages() {
    return messages;
  }
}
