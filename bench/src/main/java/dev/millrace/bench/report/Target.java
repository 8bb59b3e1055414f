package dev.millrace.bench.report;

/**
 * What a figure should come to.
 *
 * @param bound the value that is just good enough
 */
public record Target(Side side, double bound) {
  /** On which side of the bound it is good. */
  public enum Side {
    AT_LEAST("≥"),
    AT_MOST("≤");

    private final String sign;

    Side(String sign) {
      this.sign = sign;
    }

    /** The sign of comparison. */
    public String sign() {
      return sign;
    }
  }

  /** So much or more. */
  public static Target atLeast(double bound) {
    return new Target(Side.AT_LEAST, bound);
  }

  /** So much or less. */
  public static Target atMost(double bound) {
    return new Target(Side.AT_MOST, bound);
  }

  /** Whether a value is good enough. */
  public boolean isMetBy(double value) {
    return switch (side) {
      case AT_LEAST -> value >= bound;
      case AT_MOST -> value <= bound;
    };
  }
}
