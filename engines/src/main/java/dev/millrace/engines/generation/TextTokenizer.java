package dev.millrace.engines.generation;

import dev.millrace.engines.Tokens;

/** The vocabulary of a model: text to tokens and back. Safe for use by several threads. */
public interface TextTokenizer extends AutoCloseable {
  /**
   * The tokens of a prompt, with those that the model expects around it.
   *
   * @throws IllegalArgumentException when it cannot be encoded; the message says why
   */
  Tokens encode(String text);

  /** How a text goes on that begins with this prompt; the prompt itself is not part of it. */
  Detokenizer continuing(Tokens prompt);

  /** The text of a prompt. */
  String decode(Tokens tokens);

  /** A token alone as text, even one that is only part of a character: each a text of its own. */
  String text(int token);

  /** The most characters that one token may stand for: longer texts have more tokens than one. */
  int longestToken();

  @Override
  void close();
}
