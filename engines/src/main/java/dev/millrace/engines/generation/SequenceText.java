package dev.millrace.engines.generation;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;

/** The text of a sequence as it grows, up to its stop sequence or the token that ends it. */
final class SequenceText {
  private final Detokenizer detokenizer;
  private final StopMatcher stops;
  private final List<Integer> ends;
  private final StringBuilder text = new StringBuilder();

  /** How many characters of text were decoded before each token. */
  private final IntArrayList offsets = new IntArrayList(0);

  private int decoded;
  private boolean ended;

  SequenceText(Detokenizer detokenizer, List<String> stops, Sequence.Vocabulary vocabulary) {
    this.detokenizer = detokenizer;
    this.stops = new StopMatcher(stops);
    this.ends = vocabulary.ends();
  }

  /** Takes the next token, and returns what is now certain to be part of the text. */
  String append(int token) {
    offsets.add(decoded);
    if (ends.contains(token)) {
      ended = true;
      return "";
    }
    String piece = detokenizer.append(token);
    decoded += piece.length();
    return show(stops.feed(piece));
  }

  /** No token follows: what was not certain until now. */
  String finish() {
    return show(stops.feed(detokenizer.finish()) + stops.finish());
  }

  private String show(String piece) {
    text.append(piece);
    return piece;
  }

  /** Whether a token or a stop sequence has ended it. */
  boolean hasEnded() {
    return ended || stops.stopped();
  }

  String text() {
    return text.toString();
  }

  /** Where each token begins, in characters. */
  IntArrayList offsets() {
    return offsets;
  }
}
