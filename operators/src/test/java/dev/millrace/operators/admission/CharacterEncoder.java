package dev.millrace.operators.admission;

import dev.millrace.engines.PromptEncoder;
import dev.millrace.engines.Tokens;

/** A token a character, and one more before them all; knows no digits. */
final class CharacterEncoder implements PromptEncoder {
  static final int BEGIN = 0;

  private int encoded;
  private boolean closed;

  @Override
  public Tokens encode(String text) {
    encoded++;
    int[] tokens = new int[1 + text.length()];
    tokens[0] = BEGIN;
    for (int index = 0; index < text.length(); index++) {
      if (Character.isDigit(text.charAt(index))) {
        throw new IllegalArgumentException("no token stands for " + text.charAt(index));
      }
      tokens[index + 1] = text.charAt(index) % 256;
    }
    return Tokens.of(tokens);
  }

  @Override
  public int longestToken() {
    return 1;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** How many texts were encoded. */
  int encoded() {
    return encoded;
  }

  boolean isClosed() {
    return closed;
  }
}
