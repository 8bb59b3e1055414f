package dev.millrace.protocol.codec;

import dev.millrace.protocol.Datatype;

/** The integers that fit a {@code long} and an element of an integer type. */
public record IntegerRange(long minimum, long maximum) {
  private static final IntegerRange INT8 = new IntegerRange(Byte.MIN_VALUE, Byte.MAX_VALUE);
  private static final IntegerRange INT16 = new IntegerRange(Short.MIN_VALUE, Short.MAX_VALUE);
  private static final IntegerRange INT32 = new IntegerRange(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final IntegerRange INT64 = new IntegerRange(Long.MIN_VALUE, Long.MAX_VALUE);
  private static final IntegerRange UINT8 = new IntegerRange(0, 0xffL);
  private static final IntegerRange UINT16 = new IntegerRange(0, 0xffffL);
  private static final IntegerRange UINT32 = new IntegerRange(0, 0xffffffffL);

  /** The upper half of UINT64 is beyond a long. */
  private static final IntegerRange UINT64 = new IntegerRange(0, Long.MAX_VALUE);

  /**
   * The range of a datatype.
   *
   * @throws IllegalArgumentException when it is not one of integers
   */
  public static IntegerRange of(Datatype datatype) {
    return switch (datatype) {
      case INT8 -> INT8;
      case INT16 -> INT16;
      case INT32 -> INT32;
      case INT64 -> INT64;
      case UINT8 -> UINT8;
      case UINT16 -> UINT16;
      case UINT32 -> UINT32;
      case UINT64 -> UINT64;
      case BOOL, FP16, FP32, FP64, BYTES ->
          throw new IllegalArgumentException(datatype + " does not hold integers");
    };
  }

  public boolean contains(long value) {
    return value >= minimum && value <= maximum;
  }
}
