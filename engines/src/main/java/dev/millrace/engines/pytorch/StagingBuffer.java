package dev.millrace.engines.pytorch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory in which one input of a batch is stacked: direct, so that libtorch reads it without a
 * copy, and reused, since only the collector frees direct memory. Confined to one stream.
 */
final class StagingBuffer {
  private static final ByteBuffer NOTHING =
      ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());

  private ByteBuffer memory = NOTHING;

  /**
   * Memory to be filled from its beginning to its end and then flipped. It is valid until the next
   * call.
   *
   * @throws IllegalStateException when there is not so much: half of the batch may still fit
   */
  ByteBuffer reserve(int bytes) {
    if (memory.capacity() < bytes) {
      // Room to grow, so that a slowly growing batch does not allocate each time.
      int roomy = (int) Math.min(Integer.MAX_VALUE, Math.max(bytes, 2L * memory.capacity()));
      memory = NOTHING;
      memory = allocate(roomy);
    }
    return memory.clear().limit(bytes);
  }

  private static ByteBuffer allocate(int bytes) {
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      // Says only that this does not fit beside what is there: the heap is not short.
      throw new IllegalStateException(
          "%d bytes for an input do not fit into direct memory".formatted(bytes), e);
    }
  }
}
