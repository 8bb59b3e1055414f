package dev.millrace.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Tensors of any datatype and shape, whose every element JSON can carry. */
final class RandomTensors {
  private final Random random;

  RandomTensors(Random random) {
    this.random = random;
  }

  List<Tensor> someOfEachDatatype() {
    List<Tensor> tensors = new ArrayList<>();
    for (Datatype datatype : Datatype.values()) {
      tensors.add(next("tensor-" + datatype, datatype));
    }
    return tensors;
  }

  Tensor next(String name, Datatype datatype) {
    long[] shape = random.longs(random.nextInt(4), 0, 5).toArray();
    int elements = (int) Shape.elements(shape);
    if (datatype == Datatype.BYTES) {
      return new Tensor(name, datatype, shape, texts(elements));
    }
    byte[] data = new byte[elements * datatype.size()];
    random.nextBytes(data);
    if (datatype == Datatype.BOOL) {
      IntStream.range(0, data.length).forEach(i -> data[i] &= 1);
    }
    makeFinite(datatype, ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN));
    return new Tensor(name, datatype, shape, data);
  }

  /** Clears the lowest bit of an exponent that is all ones. */
  private static void makeFinite(Datatype datatype, ByteBuffer data) {
    for (int i = 0; datatype == Datatype.FP16 && i < data.capacity(); i += 2) {
      if ((data.getShort(i) & 0x7c00) == 0x7c00) {
        data.putShort(i, (short) (data.getShort(i) ^ 0x400));
      }
    }
    for (int i = 0; datatype == Datatype.FP32 && i < data.capacity(); i += 4) {
      if (!Float.isFinite(data.getFloat(i))) {
        data.putInt(i, data.getInt(i) ^ 0x800000);
      }
    }
    for (int i = 0; datatype == Datatype.FP64 && i < data.capacity(); i += 8) {
      if (!Double.isFinite(data.getDouble(i))) {
        data.putLong(i, data.getLong(i) ^ 0x10000000000000L);
      }
    }
  }

  private byte[] texts(int elements) {
    ByteBuffer data = ByteBuffer.allocate(elements * 64).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      byte[] text = text().getBytes(StandardCharsets.UTF_8);
      data.putInt(text.length).put(text);
    }
    byte[] bytes = new byte[data.position()];
    data.flip().get(bytes);
    return bytes;
  }

  /** Up to ten characters of one to four bytes, controls and quotes included. */
  private String text() {
    int[] bounds = {0x80, 0x800, 0xd800, 0x110000};
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(11); length > 0; length--) {
      int codePoint = random.nextInt(bounds[random.nextInt(bounds.length)]);
      text.appendCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? 'x' : codePoint);
    }
    return text.toString();
  }
}
