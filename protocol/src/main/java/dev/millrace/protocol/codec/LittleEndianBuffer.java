package dev.millrace.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of tensor elements as {@link dev.millrace.protocol.Tensor#data} has them. */
public final class LittleEndianBuffer {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The most bytes of UTF-8 for one {@code char}; a pair of two takes four. */
  private static final int MAXIMUM_BYTES_PER_CHARACTER = 3;

  private byte[] bytes;
  private int size;

  /**
   * @param capacity in bytes; with just the right one, {@link #toByteArray} copies nothing
   */
  public LittleEndianBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  public void putByte(int value) {
    reserve(Byte.BYTES);
    bytes[size++] = (byte) value;
  }

  public void putShort(int value) {
    reserve(Short.BYTES);
    SHORT.set(bytes, size, (short) value);
    size += Short.BYTES;
  }

  public void putInt(int value) {
    reserve(Integer.BYTES);
    INT.set(bytes, size, value);
    size += Integer.BYTES;
  }

  public void putLong(long value) {
    reserve(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  /** Puts an element of type BYTES: its length, then itself. */
  public void putElement(byte[] element) {
    putInt(element.length);
    reserve(element.length);
    System.arraycopy(element, 0, bytes, size, element.length);
    size += element.length;
  }

  /**
   * Puts an element of type BYTES, a text as UTF-8.
   *
   * @return false, with nothing put, when the text holds half of a surrogate pair
   */
  public boolean putElement(char[] text, int offset, int length) {
    int start = size;
    putInt(0);
    reserve(Math.multiplyExact(length, MAXIMUM_BYTES_PER_CHARACTER));
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      char character = text[i];
      if (!Character.isSurrogate(character)) {
        putCodePoint(character);
      } else if (i + 1 < end && Character.isSurrogatePair(character, text[i + 1])) {
        putCodePoint(Character.toCodePoint(character, text[++i]));
      } else {
        size = start;
        return false;
      }
    }
    INT.set(bytes, start, size - start - Integer.BYTES);
    return true;
  }

  /** What was put. The buffer is not to be used any more. */
  public byte[] toByteArray() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void putCodePoint(int codePoint) {
    if (codePoint < 0x80) {
      bytes[size++] = (byte) codePoint;
      return;
    }
    if (codePoint < 0x800) {
      bytes[size++] = (byte) (0xc0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        bytes[size++] = (byte) (0xe0 | (codePoint >> 12));
      } else {
        bytes[size++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      }
      bytes[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
    }
    bytes[size++] = (byte) (0x80 | (codePoint & 0x3f));
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(2L * needed, Integer.MAX_VALUE - Long.BYTES));
    }
  }
}
