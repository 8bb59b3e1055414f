package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StagingBufferTest {
  private final StagingBuffer staging = new StagingBuffer();

  @Test
  void isAsLargeAsAskedForHoweverLargeItWasBefore() {
    for (int bytes : new int[] {0, 100, 3, 101, 1_000, 1}) {
      ByteBuffer memory = staging.reserve(bytes);

      assertThat(memory.position()).isZero();
      assertThat(memory.remaining()).isEqualTo(bytes);
      assertThat(memory.isDirect()).isTrue();
      memory.position(bytes);
    }
  }

  @Test
  void whatDoesNotFitFailsTheBatchSoThatItIsSplitAndNotTheProcess() {
    // Direct memory is bounded by the same figure unless set.
    assumeThat(Runtime.getRuntime().maxMemory()).isLessThan(Integer.MAX_VALUE);

    assertThatThrownBy(() -> staging.reserve(Integer.MAX_VALUE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("2147483647 bytes");
    assertThat(staging.reserve(8).remaining()).isEqualTo(8);
  }
}
