package dev.millrace.engines.repository;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.codec.HalfPrecision;

/** Reads one element of a tensor from text. */
final class ElementBits {
  private ElementBits() {}

  /**
   * The element as little-endian bits in the low bytes.
   *
   * @throws IllegalArgumentException when the text is not a finite element of the datatype
   */
  static long parse(Datatype datatype, String text) {
    return switch (datatype) {
      case BOOL -> bool(text);
      case UINT8 -> within(Long.parseLong(text), 0, 0xffL);
      case UINT16 -> within(Long.parseLong(text), 0, 0xffffL);
      case UINT32 -> within(Long.parseLong(text), 0, 0xffffffffL);
      case UINT64 -> Long.parseUnsignedLong(text);
      case INT8 -> Byte.parseByte(text);
      case INT16 -> Short.parseShort(text);
      case INT32 -> Integer.parseInt(text);
      case INT64 -> Long.parseLong(text);
      case FP16 -> half(Double.parseDouble(text));
      case FP32 -> Float.floatToRawIntBits((float) finite(Float.parseFloat(text)));
      case FP64 -> Double.doubleToRawLongBits(finite(Double.parseDouble(text)));
      case BYTES -> throw new IllegalArgumentException("BYTES have no fixed size");
    };
  }

  private static long bool(String text) {
    return switch (text) {
      case "false", "0" -> 0;
      case "true", "1" -> 1;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static long within(long value, long minimum, long maximum) {
    if (value < minimum || value > maximum) {
      throw new IllegalArgumentException(value + " is out of range");
    }
    return value;
  }

  private static long half(double value) {
    short half = HalfPrecision.fromDouble(value);
    finite(HalfPrecision.toFloat(half));
    return half;
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(value + " is not finite");
    }
    return value;
  }
}
