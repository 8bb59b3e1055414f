package dev.millrace.engines.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetokenizersTest {
  private static final ByteTokenizer BYTES = new ByteTokenizer();

  /** Bytes, of which a first blank is no text, as in SentencePiece. */
  private static String likeSentencePiece(int[] tokens) {
    return BYTES.decode(Tokens.of(tokens)).replaceFirst("^ ", "");
  }

  private static List<String> pieces(Detokenizer detokenizer, String text) {
    List<String> pieces = new ArrayList<>();
    for (int token : BYTES.encode(text).toArray()) {
      pieces.add(detokenizer.append(token));
    }
    pieces.add(detokenizer.finish());
    return pieces;
  }

  @Test
  void aCharacterIsShownWhenItIsWhole() {
    for (Detokenizer detokenizer :
        List.of(
            BYTES.continuing(Tokens.NONE),
            Detokenizers.inContext(DetokenizersTest::likeSentencePiece, BYTES.encode("x")))) {
      assertThat(pieces(detokenizer, "aé😀")).containsExactly("a", "", "é", "", "", "", "😀", "");
    }
  }

  @Test
  void aCharacterThatIsNotFinishedIsReplacedAtTheEnd() {
    for (Detokenizer detokenizer :
        List.of(
            BYTES.continuing(Tokens.NONE),
            Detokenizers.inContext(DetokenizersTest::likeSentencePiece, BYTES.encode("x")))) {
      assertThat(detokenizer.append('a')).isEqualTo("a");
      assertThat(detokenizer.append(0xf0)).isEmpty();
      assertThat(detokenizer.append(0x9f)).isEmpty();
      assertThat(detokenizer.finish()).isNotEmpty().containsOnlyOnce("\uFFFD");
    }
  }

  @Test
  void aBlankBetweenPromptAndTextIsKept() {
    Detokenizer detokenizer =
        Detokenizers.inContext(DetokenizersTest::likeSentencePiece, BYTES.encode("In the"));
    assertThat(String.join("", pieces(detokenizer, " beginning"))).isEqualTo(" beginning");
  }

  @Test
  void aCharacterThatThePromptBeganIsFinished() {
    int[] bytes = BYTES.encode("é").toArray();
    Detokenizer detokenizer =
        Detokenizers.inContext(DetokenizersTest::likeSentencePiece, Tokens.of('b', bytes[0]));
    assertThat(detokenizer.append(bytes[1])).isEqualTo("é");
  }

  @Test
  void thePiecesAreTheText() {
    Random random = new Random(9);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.appendCodePoint(
            switch (random.nextInt(4)) {
              case 0 -> ' ';
              case 1 -> 'a' + random.nextInt(26);
              case 2 -> 0xe0 + random.nextInt(0x200);
              default -> 0x1f600 + random.nextInt(50);
            });
      }
      assertThat(String.join("", pieces(BYTES.continuing(Tokens.NONE), text.toString())))
          .isEqualTo(text.toString());
      Detokenizer inContext =
          Detokenizers.inContext(DetokenizersTest::likeSentencePiece, BYTES.encode("ab"));
      assertThat(String.join("", pieces(inContext, text.toString()))).isEqualTo(text.toString());
    }
  }

  @Test
  void whatIsNoTextNeverHoldsBackMuch() {
    Detokenizer detokenizer =
        Detokenizers.inContext(DetokenizersTest::likeSentencePiece, BYTES.encode("x"));
    int shown = 0;
    for (int token = 0; token < 100; token++) {
      shown += detokenizer.append(0xff).length();
    }
    assertThat(shown).isGreaterThan(90);
  }

  @Test
  void aPartOfACharacterIsWrittenInBytes() {
    assertThat(Detokenizers.textOf("é".getBytes(UTF_8))).isEqualTo("é");
    assertThat(Detokenizers.textOf(new byte[] {(byte) 0xe2, (byte) 0x96}))
        .isEqualTo("bytes:\\xe2\\x96");
  }
}
