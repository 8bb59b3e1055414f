package dev.millrace.protocol.protobuf;

import com.google.protobuf.ByteString;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.codec.Elements;
import dev.millrace.protocol.codec.IntegerRange;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.LittleEndianBuffer;
import dev.millrace.protocol.codec.TensorDeclaration;
import dev.millrace.protocol.protobuf.wire.InferTensorContents;

/** Reads the data of a tensor out of the repeated field that its datatype has. */
final class TypedContents {
  private final TensorDeclaration declaration;
  private final InferTensorContents contents;
  private final LittleEndianBuffer target;

  private TypedContents(TensorDeclaration declaration, InferTensorContents contents) {
    this.declaration = declaration;
    this.contents = contents;
    // As many elements as declared, so never more than came.
    this.target =
        new LittleEndianBuffer(
            Math.toIntExact(declaration.elements() * declaration.datatype().size()));
  }

  static byte[] read(TensorDeclaration declaration, InferTensorContents contents)
      throws InvalidRequestException {
    int found = count(declaration.datatype(), contents);
    if (found != declaration.elements()) {
      throw declaration.mismatch(found);
    }
    TypedContents typed = new TypedContents(declaration, contents);
    for (int i = 0; i < found; i++) {
      typed.readElement(i);
    }
    return typed.target.toByteArray();
  }

  private static int count(Datatype datatype, InferTensorContents contents)
      throws InvalidRequestException {
    return switch (datatype) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
      case FP16 ->
          throw InvalidRequestException.tensor(
              "expected FP16 data in raw_input_contents: it has no typed contents");
    };
  }

  private void readElement(int index) throws InvalidRequestException {
    switch (declaration.datatype()) {
      case BOOL -> target.putByte(contents.getBoolContents(index) ? 1 : 0);
      case INT8, INT16, INT32 -> putInteger(index, contents.getIntContents(index));
      case INT64 -> target.putLong(contents.getInt64Contents(index));
      case UINT8, UINT16, UINT32 ->
          putInteger(index, Integer.toUnsignedLong(contents.getUintContents(index)));
      case UINT64 -> target.putLong(contents.getUint64Contents(index));
      case FP32 -> target.putInt(Float.floatToRawIntBits(contents.getFp32Contents(index)));
      case FP64 -> target.putLong(Double.doubleToRawLongBits(contents.getFp64Contents(index)));
      case BYTES -> {
        ByteString element = contents.getBytesContents(index);
        target.putElement(element.toByteArray());
      }
      case FP16 -> throw new IllegalStateException("FP16 was refused when it was counted");
    }
  }

  private void putInteger(int index, long value) throws InvalidRequestException {
    Datatype datatype = declaration.datatype();
    if (!IntegerRange.of(datatype).contains(value)) {
      throw InvalidRequestException.tensor(
          "element %d: expected %s, found %d".formatted(index, Elements.describe(datatype), value));
    }
    switch (datatype.size()) {
      case Byte.BYTES -> target.putByte((int) value);
      case Short.BYTES -> target.putShort((int) value);
      default -> target.putInt((int) value);
    }
  }
}
