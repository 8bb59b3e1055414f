package dev.millrace.protocol;

import org.jspecify.annotations.Nullable;

/** Reads requests. */
public final class RequestDecoder {
  private final RequestLimits limits;

  public RequestDecoder(RequestLimits limits) {
    this.limits = limits;
  }

  /** Reads a record's value. */
  public Decoded decode(byte @Nullable [] value, Encoding encoding) {
    return new Decoded.Malformed("a %s value of at most %s".formatted(encoding, limits));
  }
}
