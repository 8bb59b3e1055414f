package dev.millrace.protocol.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.codec.WellFormedText;
import dev.millrace.protocol.protobuf.wire.InferParameter;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * A {@code ModelInferResponse} on its way to the wire: the bytes that the generated class would
 * write, without its builders and the copies that they take.
 *
 * @param modelName well formed, as are all its texts but the names of tensors; empty for none
 * @param parameters in the order in which they are written
 */
record ResponseMessage(
    String id,
    String modelName,
    String modelVersion,
    Map<String, InferParameter> parameters,
    List<Tensor> outputs) {
  /** The fields of the entry message that the wire format has for a map. */
  private static final int KEY_FIELD_NUMBER = 1;

  private static final int VALUE_FIELD_NUMBER = 2;

  byte[] toByteArray() {
    byte[] bytes = new byte[size()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      write(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array of the right size cannot fail", impossible);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  private int size() {
    int size =
        textSize(ModelInferResponse.MODEL_NAME_FIELD_NUMBER, modelName)
            + textSize(ModelInferResponse.MODEL_VERSION_FIELD_NUMBER, modelVersion)
            + textSize(ModelInferResponse.ID_FIELD_NUMBER, id);
    for (Map.Entry<String, InferParameter> parameter : parameters.entrySet()) {
      size += messageSize(ModelInferResponse.PARAMETERS_FIELD_NUMBER, entrySize(parameter));
    }
    for (Tensor output : outputs) {
      size += messageSize(ModelInferResponse.OUTPUTS_FIELD_NUMBER, outputSize(output));
      size +=
          CodedOutputStream.computeByteArraySize(
              ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER, output.data());
    }
    return size;
  }

  private void write(CodedOutputStream out) throws IOException {
    writeText(ModelInferResponse.MODEL_NAME_FIELD_NUMBER, modelName, out);
    writeText(ModelInferResponse.MODEL_VERSION_FIELD_NUMBER, modelVersion, out);
    writeText(ModelInferResponse.ID_FIELD_NUMBER, id, out);
    for (Map.Entry<String, InferParameter> parameter : parameters.entrySet()) {
      writeStart(ModelInferResponse.PARAMETERS_FIELD_NUMBER, entrySize(parameter), out);
      out.writeString(KEY_FIELD_NUMBER, parameter.getKey());
      out.writeMessage(VALUE_FIELD_NUMBER, parameter.getValue());
    }
    for (Tensor output : outputs) {
      writeOutput(output, out);
    }
    for (Tensor output : outputs) {
      out.writeByteArray(ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER, output.data());
    }
  }

  private static int entrySize(Map.Entry<String, InferParameter> parameter) {
    return CodedOutputStream.computeStringSize(KEY_FIELD_NUMBER, parameter.getKey())
        + CodedOutputStream.computeMessageSize(VALUE_FIELD_NUMBER, parameter.getValue());
  }

  private static int outputSize(Tensor output) {
    int size =
        textSize(InferOutputTensor.NAME_FIELD_NUMBER, WellFormedText.of(output.name()))
            + textSize(InferOutputTensor.DATATYPE_FIELD_NUMBER, output.datatype().name());
    return output.shape().length == 0
        ? size
        : size + messageSize(InferOutputTensor.SHAPE_FIELD_NUMBER, shapeSize(output.shape()));
  }

  private static void writeOutput(Tensor output, CodedOutputStream out) throws IOException {
    writeStart(ModelInferResponse.OUTPUTS_FIELD_NUMBER, outputSize(output), out);
    writeText(InferOutputTensor.NAME_FIELD_NUMBER, WellFormedText.of(output.name()), out);
    writeText(InferOutputTensor.DATATYPE_FIELD_NUMBER, output.datatype().name(), out);
    long[] shape = output.shape();
    if (shape.length > 0) {
      writeStart(InferOutputTensor.SHAPE_FIELD_NUMBER, shapeSize(shape), out);
      for (long dimension : shape) {
        out.writeInt64NoTag(dimension);
      }
    }
  }

  private static int shapeSize(long[] shape) {
    int size = 0;
    for (long dimension : shape) {
      size += CodedOutputStream.computeInt64SizeNoTag(dimension);
    }
    return size;
  }

  /** An empty text is as good as none, and is not written. */
  private static int textSize(int field, String text) {
    return text.isEmpty() ? 0 : CodedOutputStream.computeStringSize(field, text);
  }

  private static void writeText(int field, String text, CodedOutputStream out) throws IOException {
    if (!text.isEmpty()) {
      out.writeString(field, text);
    }
  }

  /** The size of a field whose content, of that size, comes with its length before it. */
  private static int messageSize(int field, int size) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }

  private static void writeStart(int field, int size, CodedOutputStream out) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(size);
  }
}
