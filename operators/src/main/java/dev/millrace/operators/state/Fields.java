package dev.millrace.operators.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** The parts that layouts are made of. */
final class Fields {
  private Fields() {}

  static void writeText(String text, DataOutputView out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputView in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, UTF_8);
  }

  static void writeBytes(byte @Nullable [] bytes, DataOutputView out) throws IOException {
    out.writeInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  static byte @Nullable [] readBytes(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  static void writeNumbers(int[] numbers, DataOutputView out) throws IOException {
    out.writeInt(numbers.length);
    for (int number : numbers) {
      out.writeInt(number);
    }
  }

  static int[] readNumbers(DataInputView in) throws IOException {
    int[] numbers = new int[in.readInt()];
    for (int index = 0; index < numbers.length; index++) {
      numbers[index] = in.readInt();
    }
    return numbers;
  }

  static void writeOptional(@Nullable String text, DataOutputView out) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      writeText(text, out);
    }
  }

  static @Nullable String readOptional(DataInputView in) throws IOException {
    return in.readBoolean() ? readText(in) : null;
  }
}
