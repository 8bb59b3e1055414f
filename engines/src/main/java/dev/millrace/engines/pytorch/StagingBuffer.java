package dev.millrace.engines.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory in which one input of a batch is stacked: direct, so that libtorch reads it without a
 * copy, and reused, since only the collector frees direct memory. Confined to one stream.
 */
final class StagingBuffer {
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /**
   * Memory to be filled from its beginning to its end and then flipped. It is valid until the next
   * call.
   */
  ByteBuffer reserve(int bytes) {
    if (memory.capacity() < bytes) {
      // Room to grow, so that a slowly growing batch does not allocate each time.
      int roomy = (int) Math.min(Integer.MAX_VALUE, Math.max(bytes, 2L * memory.capacity()));
      memory = ByteBuffer.allocateDirect(roomy).order(ByteOrder.nativeOrder());
    }
    return memory.clear().limit(bytes);
  }
}
