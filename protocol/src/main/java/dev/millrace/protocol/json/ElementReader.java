package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.codec.HalfPrecision;
import dev.millrace.protocol.codec.IntegerRange;
import dev.millrace.protocol.codec.LittleEndianBuffer;
import java.io.IOException;
import java.math.BigInteger;

/** Reads the elements of one tensor, each from one JSON scalar, without an object for each. */
final class ElementReader {
  private static final int MAXIMUM_UNSIGNED_LENGTH = 20;

  private final Datatype datatype;
  private final boolean nullIsNotANumber;
  private final LittleEndianBuffer target;

  /**
   * @param nullIsNotANumber whether a null stands for a floating-point NaN, as in results
   * @param target takes the elements
   */
  ElementReader(Datatype datatype, boolean nullIsNotANumber, LittleEndianBuffer target) {
    this.datatype = datatype;
    this.nullIsNotANumber = nullIsNotANumber;
    this.target = target;
  }

  /** Takes the element the parser stands on; false when it is none of this datatype. */
  boolean read(JsonParser parser) throws IOException {
    return switch (datatype) {
      case BOOL -> readBool(parser.currentToken());
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> readInteger(parser);
      case UINT64 -> readUnsigned(parser);
      case FP16, FP32, FP64 -> readNumber(parser);
      case BYTES ->
          parser.hasToken(JsonToken.VALUE_STRING)
              && target.putElement(
                  parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    };
  }

  private boolean readBool(JsonToken token) {
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      return false;
    }
    target.putByte(token == JsonToken.VALUE_TRUE ? 1 : 0);
    return true;
  }

  private boolean readInteger(JsonParser parser) throws IOException {
    if (!JsonValues.isLong(parser)) {
      return false;
    }
    long value = parser.getLongValue();
    if (!IntegerRange.of(datatype).contains(value)) {
      return false;
    }
    switch (datatype.size()) {
      case Byte.BYTES -> target.putByte((int) value);
      case Short.BYTES -> target.putShort((int) value);
      case Integer.BYTES -> target.putInt((int) value);
      default -> target.putLong(value);
    }
    return true;
  }

  private boolean readUnsigned(JsonParser parser) throws IOException {
    if (JsonValues.isLong(parser)) {
      return readInteger(parser);
    }
    if (!parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        || parser.getTextLength() > MAXIMUM_UNSIGNED_LENGTH) {
      return false;
    }
    BigInteger value = parser.getBigIntegerValue();
    if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
      return false;
    }
    target.putLong(value.longValue());
    return true;
  }

  private boolean readNumber(JsonParser parser) throws IOException {
    if (nullIsNotANumber && parser.hasToken(JsonToken.VALUE_NULL)) {
      putNumber(Double.NaN);
      return true;
    }
    if (!JsonValues.isNumber(parser)) {
      return false;
    }
    if (datatype == Datatype.FP32) {
      // Not by way of a double, which would round twice.
      float value = parser.getFloatValue();
      target.putInt(Float.floatToRawIntBits(value));
      return Float.isFinite(value);
    }
    return putNumber(parser.getDoubleValue());
  }

  /** False when the number is too large for the datatype. */
  private boolean putNumber(double value) {
    switch (datatype) {
      case FP16 -> {
        short half = HalfPrecision.fromDouble(value);
        target.putShort(half);
        return Float.isFinite(HalfPrecision.toFloat(half));
      }
      case FP32 -> target.putInt(Float.floatToRawIntBits((float) value));
      default -> target.putLong(Double.doubleToRawLongBits(value));
    }
    return Double.isFinite(value);
  }
}
