package dev.millrace.protocol.codec;

/**
 * The 16-bit floating-point format binary16 (IEEE 754-2019, section 3.4 and table 3.5): a sign bit,
 * 5 bits of exponent with a bias of 15, 10 bits of significand.
 */
public final class HalfPrecision {
  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;
  private static final int SIGNIFICAND_BITS = 10;
  private static final int HIDDEN_BIT = 1 << SIGNIFICAND_BITS;
  private static final int BIAS = 15;

  /** The exponent of the smallest normal number and of every subnormal one. */
  private static final int MINIMUM_EXPONENT = -14;

  /** Half way between the largest finite number, 65504, and the next power of two. */
  private static final double OVERFLOW_THRESHOLD = 65520;

  private HalfPrecision() {}

  /**
   * The number's nearest binary16, ties to even (IEEE 754-2019, section 4.3.1); infinite from 65520
   * on.
   *
   * <p>Scaling by a power of two is exact for a double of this magnitude, so that {@link Math#rint}
   * is the only rounding. A significand that rounds up to the next power of two carries into the
   * exponent, which is the right result.
   */
  public static short fromDouble(double value) {
    int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
    double magnitude = Math.abs(value);
    int bits;
    if (Double.isNaN(value)) {
      bits = QUIET_NAN;
    } else if (magnitude >= OVERFLOW_THRESHOLD) {
      bits = INFINITY;
    } else {
      int exponent = Math.max(Math.getExponent(magnitude), MINIMUM_EXPONENT);
      int significand = (int) Math.rint(Math.scalb(magnitude, SIGNIFICAND_BITS - exponent));
      // A subnormal number has no hidden bit, and the exponent field of a normal one is one more.
      bits = ((exponent - MINIMUM_EXPONENT) << SIGNIFICAND_BITS) + significand;
    }
    return (short) (sign | bits);
  }

  /** The number, which a float holds exactly. */
  public static float toFloat(short half) {
    int exponent = (half >> SIGNIFICAND_BITS) & 0x1f;
    int significand = half & (HIDDEN_BIT - 1);
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = significand == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = Math.scalb((float) significand, MINIMUM_EXPONENT - SIGNIFICAND_BITS);
    } else {
      magnitude =
          Math.scalb((float) (significand + HIDDEN_BIT), exponent - BIAS - SIGNIFICAND_BITS);
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
