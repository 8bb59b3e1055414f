package dev.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LittleEndianBufferTest {
  @Test
  void growsFromNothing() {
    LittleEndianBuffer buffer = new LittleEndianBuffer(0);
    buffer.putByte(0xff);
    buffer.putShort(0x0102);
    buffer.putInt(0x01020304);
    buffer.putLong(0x0102030405060708L);
    buffer.putElement(new byte[] {9});

    assertThat(buffer.toByteArray())
        .containsExactly(-1, 2, 1, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 9);
  }

  @Test
  void encodesEveryCharacterAsTheStandardLibraryDoes() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) != Character.SURROGATE) {
        char[] text = Character.toChars(codePoint);
        LittleEndianBuffer expected = new LittleEndianBuffer(16);
        expected.putElement(new String(text).getBytes(StandardCharsets.UTF_8));
        LittleEndianBuffer buffer = new LittleEndianBuffer(16);

        boolean put = buffer.putElement(text, 0, text.length);

        // Plain comparisons: a million assertions would take most of the build's time.
        if (!put || !Arrays.equals(buffer.toByteArray(), expected.toByteArray())) {
          throw new AssertionError("U+" + Integer.toHexString(codePoint));
        }
      }
    }
  }

  @Test
  void putsNothingOfATextWithHalfOfASurrogatePair() {
    LittleEndianBuffer buffer = new LittleEndianBuffer(0);
    buffer.putByte(7);

    for (String text : new String[] {"ab\ud800", "\udc00", "\ud800x", "\udc00\ud800"}) {
      assertThat(buffer.putElement(text.toCharArray(), 0, text.length())).isFalse();
    }
    assertThat(buffer.toByteArray()).containsExactly(7);
  }
}
