package dev.millrace.protocol;

/**
 * The form of the W3C trace context headers (W3C Recommendation "Trace Context", sections 3.2 and
 * 3.3), version 00.
 */
final class TraceContext {
  private static final int TRACE_ID = 3;
  private static final int PARENT_ID = 36;
  private static final int FLAGS = 53;
  private static final int PARENT_LENGTH = 55;

  /** What every participant has to carry on; longer ones are not worth copying to each result. */
  private static final int MAXIMUM_STATE_LENGTH = 512;

  private TraceContext() {}

  /** Whether this is {@code 00-TRACE_ID-PARENT_ID-FLAGS} in lower-case hexadecimal. */
  static boolean isParent(byte[] value) {
    return value.length == PARENT_LENGTH
        && value[0] == '0'
        && value[1] == '0'
        && value[TRACE_ID - 1] == '-'
        && value[PARENT_ID - 1] == '-'
        && value[FLAGS - 1] == '-'
        && isHexadecimal(value, TRACE_ID, PARENT_ID - 1)
        && isHexadecimal(value, PARENT_ID, FLAGS - 1)
        && isHexadecimal(value, FLAGS, PARENT_LENGTH)
        && !isZero(value, TRACE_ID, PARENT_ID - 1)
        && !isZero(value, PARENT_ID, FLAGS - 1);
  }

  /** Whether this is printable ASCII of a length that is carried on. */
  static boolean isState(byte[] value) {
    for (byte character : value) {
      if (character < ' ' || character > '~') {
        return false;
      }
    }
    return value.length > 0 && value.length <= MAXIMUM_STATE_LENGTH;
  }

  private static boolean isHexadecimal(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      byte digit = value[i];
      if (!(digit >= '0' && digit <= '9') && !(digit >= 'a' && digit <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      if (value[i] != '0') {
        return false;
      }
    }
    return true;
  }
}
