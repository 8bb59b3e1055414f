package dev.millrace.protocol.codec;

import dev.millrace.protocol.Datatype;

/** What an element of each datatype may be, in words. */
public final class Elements {
  private Elements() {}

  /** The datatype and its range, for messages that say what was expected. */
  public static String describe(Datatype datatype) {
    return datatype
        + switch (datatype) {
          case BOOL -> " (true or false)";
          case BYTES -> " (a string)";
          case FP16 -> " (a number from -65504 to 65504)";
          case FP32 -> " (a number from -3.4028235E38 to 3.4028235E38)";
          case FP64 -> " (a number from -1.7976931348623157E308 to 1.7976931348623157E308)";
          case UINT64 -> " (an integer from 0 to 18446744073709551615)";
          case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> {
            IntegerRange range = IntegerRange.of(datatype);
            yield " (an integer from %d to %d)".formatted(range.minimum(), range.maximum());
          }
        };
  }
}
