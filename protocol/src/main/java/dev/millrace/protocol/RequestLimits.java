package dev.millrace.protocol;

import java.io.Serializable;

/**
 * How large a request may be.
 *
 * @param maximumBytes of a record's value; a larger one is never parsed whole
 * @param maximumElements of all tensors of a request together; at most {@link #ELEMENTS_BOUND}
 * @param maximumNesting how deep arrays and objects may stand in one another
 */
public record RequestLimits(int maximumBytes, long maximumElements, int maximumNesting)
    implements Serializable {
  /** A gibibyte of the widest elements, which is what a Java array can hold. */
  public static final long ELEMENTS_BOUND = 1 << 27;

  private static final RequestLimits DEFAULTS = new RequestLimits(8 << 20, 1 << 24, 32);

  public RequestLimits {
    if (maximumBytes < 1 || maximumElements < 1 || maximumNesting < 1) {
      throw new IllegalArgumentException(
          "limits are positive, not %d bytes, %d elements, nesting %d"
              .formatted(maximumBytes, maximumElements, maximumNesting));
    }
    if (maximumElements > ELEMENTS_BOUND) {
      throw new IllegalArgumentException(
          "at most %d elements can be allowed, not %d".formatted(ELEMENTS_BOUND, maximumElements));
    }
  }

  /** 8 MiB, 16,777,216 elements, nesting of 32. */
  public static RequestLimits defaults() {
    return DEFAULTS;
  }
}
