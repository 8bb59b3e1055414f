package dev.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void agreesWithTheStrictDecoderOnTwoBytesAndThreeAndFour() {
    for (int first = 0x80; first <= 0xff; first++) {
      for (int second = 0; second <= 0xff; second++) {
        byte[] sequence = {(byte) first, (byte) second, (byte) 0x80, (byte) 0x80};
        for (int length = 1; length <= 4; length++) {
          agrees(Arrays.copyOf(sequence, length));
        }
      }
    }
  }

  @Test
  void agreesWithTheStrictDecoderOnMutatedText() {
    Random random = new Random(6);
    byte[] text = "plain text, Größe, 日本語, 😀 and more plain text".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = text.clone();
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      agrees(mutated);
      agrees(Arrays.copyOf(text, random.nextInt(text.length)));
    }
  }

  @Test
  void tellsThePositionWithinTheRange() {
    byte[] text = "0123456789ä".getBytes(StandardCharsets.UTF_8);

    assertThat(Utf8.firstInvalid(text, 0, text.length)).isEqualTo(-1);
    assertThat(Utf8.firstInvalid(text, 0, text.length - 1)).isEqualTo(10);
    assertThat(Utf8.firstInvalid(text, 11, text.length)).isEqualTo(11);
    assertThat(Utf8.firstInvalid(text, 0, 10)).isEqualTo(-1);
  }

  private static void agrees(byte[] bytes) {
    boolean valid;
    try {
      // A new decoder reports what is malformed instead of replacing it.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      valid = true;
    } catch (CharacterCodingException malformed) {
      valid = false;
    }
    assertThat(Utf8.firstInvalid(bytes, 0, bytes.length) < 0)
        .as(Arrays.toString(bytes))
        .isEqualTo(valid);
  }
}
