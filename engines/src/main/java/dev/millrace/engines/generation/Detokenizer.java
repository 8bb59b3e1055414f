package dev.millrace.engines.generation;

/** Turns the tokens of one text into pieces of it, each cut at the border of a character. */
public interface Detokenizer {
  /** Takes the next token, and returns what of the text is complete with it: empty when nothing. */
  String append(int token);

  /** No token follows: what was still incomplete, with U+FFFD for what is no character. */
  String finish();
}
