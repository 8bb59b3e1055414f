package dev.millrace.engines.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.function.Function;

/** The ways in which vocabularies turn into text. */
public final class Detokenizers {
  private Detokenizers() {}

  /**
   * Of a vocabulary whose tokens are bytes.
   *
   * @param vocabulary the bytes of each token; none of those that are no text
   */
  public static Detokenizer ofBytes(byte[][] vocabulary) {
    return new ByteLevelDetokenizer(vocabulary);
  }

  /**
   * A token alone as text; one that is part of a character as OpenAI's completions write it: {@code
   * bytes:} and an escape for each.
   */
  public static String textOf(byte[] token) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(token)).toString();
    } catch (CharacterCodingException partOfACharacter) {
      StringBuilder text = new StringBuilder("bytes:");
      for (byte each : token) {
        text.append("\\x").append(HexFormat.of().toHexDigits(each));
      }
      return text.toString();
    }
  }

  /**
   * Of a vocabulary whose tokens mean different text in different places.
   *
   * @param decode the text of tokens
   * @param prompt what comes before
   */
  public static Detokenizer inContext(Function<int[], String> decode, Tokens prompt) {
    return new ContextDetokenizer(decode, prompt.toArray());
  }
}
