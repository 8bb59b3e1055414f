package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.codec.HalfPrecision;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the elements of one tensor as JSON scalars. */
final class ElementWriter {
  private final JsonGenerator generator;
  private final Tensor tensor;
  private final ByteBuffer data;

  ElementWriter(JsonGenerator generator, Tensor tensor) {
    this.generator = generator;
    this.tensor = tensor;
    this.data = ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes all of them, in one flat array. */
  void writeAll() throws IOException {
    generator.writeStartArray();
    while (data.hasRemaining()) {
      writeNext();
    }
    generator.writeEndArray();
  }

  private void writeNext() throws IOException {
    switch (tensor.datatype()) {
      case BOOL -> generator.writeBoolean(data.get() != 0);
      case UINT8 -> generator.writeNumber(Byte.toUnsignedInt(data.get()));
      case UINT16 -> generator.writeNumber(Short.toUnsignedInt(data.getShort()));
      case UINT32 -> generator.writeNumber(Integer.toUnsignedLong(data.getInt()));
      case UINT64 -> writeUnsigned(data.getLong());
      case INT8 -> generator.writeNumber(data.get());
      case INT16 -> generator.writeNumber(data.getShort());
      case INT32 -> generator.writeNumber(data.getInt());
      case INT64 -> generator.writeNumber(data.getLong());
      case FP16 -> writeFloat(HalfPrecision.toFloat(data.getShort()));
      case FP32 -> writeFloat(data.getFloat());
      case FP64 -> writeDouble(data.getDouble());
      case BYTES -> writeBytes();
    }
  }

  private void writeUnsigned(long value) throws IOException {
    if (value >= 0) {
      generator.writeNumber(value);
    } else {
      generator.writeNumber(new BigInteger(Long.toUnsignedString(value)));
    }
  }

  /** JSON has no NaN and no infinities. */
  private void writeFloat(float value) throws IOException {
    if (Float.isFinite(value)) {
      generator.writeNumber(value);
    } else {
      generator.writeNull();
    }
  }

  private void writeDouble(double value) throws IOException {
    if (Double.isFinite(value)) {
      generator.writeNumber(value);
    } else {
      generator.writeNull();
    }
  }

  /** What is not UTF-8 in an element is replaced by U+FFFD: JSON carries text alone. */
  private void writeBytes() throws IOException {
    int length = data.getInt();
    String text = new String(tensor.data(), data.position(), length, StandardCharsets.UTF_8);
    data.position(data.position() + length);
    generator.writeString(text);
  }
}
