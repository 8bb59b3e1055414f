package dev.millrace.engines.generation;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Of a vocabulary whose tokens mean different text in different places, as a space that is written
 * only where a word is not the first. A token is read together with those before it, and the text
 * that was there without it is taken off.
 */
final class ContextDetokenizer implements Detokenizer {
  private static final char REPLACEMENT = '\uFFFD';

  /** Tokens of the prompt that are read with the first one of the text. */
  private static final int CONTEXT = 6;

  /**
   * A character takes at most four bytes, and a token is at least one: beyond, it is no character.
   */
  private static final int LONGEST_CHARACTER = 4;

  private final Function<int[], String> decode;
  private int[] tokens;
  private int count;

  /** Where the tokens begin that are read for context, and where those of which no text is out. */
  private int context;

  private int pending;

  /**
   * @param decode the text of tokens
   * @param prompt what comes before; not copied
   */
  ContextDetokenizer(Function<int[], String> decode, int[] prompt) {
    this.decode = decode;
    this.tokens = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - CONTEXT), prompt.length);
    this.count = tokens.length;
    this.pending = count;
  }

  @Override
  public String append(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count + CONTEXT);
    }
    tokens[count++] = token;
    return piece(count - pending >= LONGEST_CHARACTER);
  }

  @Override
  public String finish() {
    return count == pending ? "" : piece(true);
  }

  private String piece(boolean whatever) {
    String before = decode.apply(Arrays.copyOfRange(tokens, context, pending));
    String now = decode.apply(Arrays.copyOfRange(tokens, context, count));
    boolean complete = !now.isEmpty() && now.charAt(now.length() - 1) != REPLACEMENT;
    int common = commonPrefix(before, now);
    if (common == now.length() || !(complete || whatever)) {
      return "";
    }
    context = pending;
    pending = count;
    return now.substring(common);
  }

  private static int commonPrefix(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int length = 0;
    while (length < most && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
  }
}
