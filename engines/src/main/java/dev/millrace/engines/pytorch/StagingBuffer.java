package dev.millrace.engines.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The memory in which one input of a batch is stacked: direct, so that libtorch reads it without a
 * copy, and reused, since only the collector frees direct memory. Confined to one stream.
 */
final class StagingBuffer {
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /**
   * Puts parts one behind the other. The result is valid until the next call.
   *
   * @return a buffer that begins and ends with the parts: libtorch takes it from its beginning,
   *     whatever its position
   */
  ByteBuffer stack(List<byte[]> parts) {
    int size = 0;
    for (byte[] part : parts) {
      size = Math.addExact(size, part.length);
    }
    if (memory.capacity() < size) {
      // Room to grow, so that a slowly growing batch does not allocate each time.
      memory = ByteBuffer.allocateDirect(Math.max(size, Math.multiplyExact(2, memory.capacity())));
    }
    memory.clear();
    for (byte[] part : parts) {
      memory.put(part);
    }
    memory.flip();
    return memory.slice().order(ByteOrder.nativeOrder());
  }
}
