package dev.millrace.engines.generation;

import dev.millrace.engines.PromptEncoder;
import dev.millrace.engines.Tokens;

/** The vocabulary of a model: text to tokens and back. Safe for use by several threads. */
public interface TextTokenizer extends PromptEncoder {
  /** How a text goes on that begins with this prompt; the prompt itself is not part of it. */
  Detokenizer continuing(Tokens prompt);

  /** The text of a prompt. */
  String decode(Tokens tokens);

  /** A token alone as text, even one that is only part of a character: each a text of its own. */
  String text(int token);
}
