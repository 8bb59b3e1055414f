package dev.millrace.engines.pytorch;

import java.nio.ByteBuffer;

/** An element of a tensor that is written many times over. */
final class RepeatedElement {
  /** Large enough that copying it costs more than asking to, small enough for a core's cache. */
  private static final int CHUNK_BYTES = 4096;

  private final int size;

  /** The element as often as it fits. */
  private final byte[] chunk = new byte[CHUNK_BYTES];

  /**
   * @param bits little-endian, in the low bytes
   * @param size of the element in bytes: 1, 2, 4 or 8
   */
  RepeatedElement(long bits, int size) {
    this.size = size;
    for (int offset = 0; offset < chunk.length; offset++) {
      chunk[offset] = (byte) (bits >> (Byte.SIZE * (offset % size)));
    }
  }

  void put(ByteBuffer target, int times) {
    int left = Math.multiplyExact(times, size);
    while (left > 0) {
      int bytes = Math.min(left, chunk.length);
      target.put(chunk, 0, bytes);
      left -= bytes;
    }
  }
}
