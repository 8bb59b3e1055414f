package dev.millrace.gateway.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Raw {@code BYTES} data: each element has its length before it, in 4 bytes. */
final class BytesElements {
  private BytesElements() {}

  /**
   * Makes sure that the data has exactly so many elements.
   *
   * @throws IllegalArgumentException when it has not
   */
  static void requireWhole(byte[] data, long elements) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    long found = 0;
    while (buffer.remaining() >= Integer.BYTES) {
      int length = buffer.getInt();
      if (length < 0 || length > buffer.remaining()) {
        throw new IllegalArgumentException("element %d is cut off".formatted(found));
      }
      buffer.position(buffer.position() + length);
      found++;
    }
    if (buffer.hasRemaining() || found != elements) {
      throw new IllegalArgumentException(
          "the data has %d elements, the shape %d".formatted(found, elements));
    }
  }
}
