package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Shape;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RowSplitterTest {
  @Test
  void takesRowsAsTheyAre() {
    RowSplitter splitter = new RowSplitter(output(3, 2), 3, TensorSpec.NO_LENGTH);

    assertThat(splitter.next(new Extent(2, 0))).isEqualTo(tensor(new long[] {2, 2}, 0, 1, 2, 3));
    assertThat(splitter.next(new Extent(1, 0))).isEqualTo(tensor(new long[] {1, 2}, 4, 5));
  }

  @Test
  void leavesOutPositionsThatWereOnlyPadding() {
    RowSplitter splitter = new RowSplitter(output(3, 2, 2), 3, 1);

    assertThat(splitter.next(new Extent(2, 1))).isEqualTo(tensor(new long[] {2, 1, 2}, 0, 1, 4, 5));
    assertThat(splitter.next(new Extent(1, 2)))
        .isEqualTo(tensor(new long[] {1, 2, 2}, 8, 9, 10, 11));
  }

  @Test
  void leavesThemOutOfEveryBlockWhenTheLengthComesLast() {
    RowSplitter splitter = new RowSplitter(output(2, 2, 3), 2, 2);

    assertThat(splitter.next(new Extent(1, 2))).isEqualTo(tensor(new long[] {1, 2, 2}, 0, 1, 3, 4));
    assertThat(splitter.next(new Extent(1, 1))).isEqualTo(tensor(new long[] {1, 2, 1}, 6, 9));
  }

  @Test
  void takesNothingFromAnOutputThatIsEmpty() {
    RowSplitter splitter = new RowSplitter(output(2, 3, 0), 2, 1);

    assertThat(splitter.next(new Extent(1, 2))).isEqualTo(tensor(new long[] {1, 2, 0}));
    assertThat(splitter.next(new Extent(1, 3))).isEqualTo(tensor(new long[] {1, 3, 0}));
  }

  @Test
  void saysThatAnOutputHasNotTheRowsOfItsBatch() {
    assertThatThrownBy(() -> new RowSplitter(output(2, 3), 3, TensorSpec.NO_LENGTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output 'y' has shape [2, 3] for a batch of 3 rows");
  }

  /** Elements that count from 0. */
  private static BatchOutput output(long... shape) {
    byte[] data = new byte[Math.toIntExact(Shape.elements(shape))];
    for (int element = 0; element < data.length; element++) {
      data[element] = (byte) element;
    }
    return new BatchOutput("y", Datatype.INT8, shape, ByteBuffer.wrap(data));
  }

  private static Tensor tensor(long[] shape, int... elements) {
    byte[] data = new byte[elements.length];
    for (int element = 0; element < data.length; element++) {
      data[element] = (byte) elements[element];
    }
    return new Tensor("y", Datatype.INT8, shape, data);
  }
}
