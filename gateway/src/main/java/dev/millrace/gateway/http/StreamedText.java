package dev.millrace.gateway.http;

import java.util.HashMap;
import java.util.Map;

/**
 * The texts of a completion as they come in pieces, and what of them a client has. A replay repeats
 * pieces under their old numbers; those are dropped.
 */
final class StreamedText {
  private final Map<Integer, Choice> choices = new HashMap<>();

  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private int last = -1;
    private int delivered;
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, unknown -> new Choice());
  }

  /** Takes a piece, unless it is a repeat. */
  void take(int index, int sequence, String piece) {
    Choice choice = choice(index);
    if (sequence > choice.last) {
      choice.last = sequence;
      choice.text.append(piece);
    }
  }

  /** What has come and was not delivered yet; it counts as delivered from now on. */
  String deliver(int index) {
    Choice choice = choice(index);
    String part = choice.text.substring(choice.delivered);
    choice.delivered = choice.text.length();
    return part;
  }

  /** What is left to be delivered of the whole text. */
  String rest(int index, String whole) {
    int delivered = choice(index).delivered;
    return delivered >= whole.length() ? "" : whole.substring(delivered);
  }
}
