package dev.millrace.operators.state;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import java.io.IOException;

/**
 * The byte that state has for each constant of the enums that every request holds. A code is for
 * ever: state that was written with it must come back, whatever the order of the constants is then.
 */
final class EnumCodes {
  private static final Encoding[] ENCODINGS = new Encoding[Encoding.values().length];
  private static final Datatype[] DATATYPES = new Datatype[Datatype.values().length];

  static {
    for (Encoding encoding : Encoding.values()) {
      ENCODINGS[code(encoding)] = encoding;
    }
    for (Datatype datatype : Datatype.values()) {
      DATATYPES[code(datatype)] = datatype;
    }
  }

  private EnumCodes() {}

  static byte code(Encoding encoding) {
    return switch (encoding) {
      case JSON -> 0;
      case PROTOBUF -> 1;
    };
  }

  static byte code(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> 0;
      case UINT8 -> 1;
      case UINT16 -> 2;
      case UINT32 -> 3;
      case UINT64 -> 4;
      case INT8 -> 5;
      case INT16 -> 6;
      case INT32 -> 7;
      case INT64 -> 8;
      case FP16 -> 9;
      case FP32 -> 10;
      case FP64 -> 11;
      case BYTES -> 12;
    };
  }

  static Encoding encoding(byte code) throws IOException {
    return constant(ENCODINGS, code);
  }

  static Datatype datatype(byte code) throws IOException {
    return constant(DATATYPES, code);
  }

  private static <E extends Enum<E>> E constant(E[] constants, byte code) throws IOException {
    if (code < 0 || code >= constants.length) {
      throw new IOException(
          "no %s has code %d"
              .formatted(constants.getClass().getComponentType().getSimpleName(), code));
    }
    return constants[code];
  }
}
