package dev.millrace.engines;

/** Turns prompts into the tokens of a model. Safe for use by several threads. */
public interface PromptEncoder extends AutoCloseable {
  /**
   * The tokens of a prompt, with those that the model expects around it.
   *
   * @throws IllegalArgumentException when it cannot be encoded; the message says why
   */
  Tokens encode(String text);

  /** The most characters that one token may stand for: longer texts have more tokens than one. */
  int longestToken();

  @Override
  void close();
}
