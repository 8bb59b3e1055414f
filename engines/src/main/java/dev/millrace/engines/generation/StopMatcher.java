package dev.millrace.engines.generation;

import java.util.List;

/**
 * Finds the first stop sequence in a text that comes in pieces, and holds back what may turn out to
 * be the beginning of one.
 */
final class StopMatcher {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopMatcher(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /**
   * Takes the next piece.
   *
   * @return what of the text is now known to come before every stop sequence, and was not before
   */
  String feed(String piece) {
    if (stopped) {
      return "";
    }
    if (stops.isEmpty()) {
      return piece;
    }
    held.append(piece);
    int end = held.length();
    for (String stop : stops) {
      int index = held.indexOf(stop);
      if (index >= 0 && index < end) {
        end = index;
        stopped = true;
      }
    }
    if (!stopped) {
      end -= unfinished();
    }
    String text = held.substring(0, end);
    held.delete(0, end);
    return text;
  }

  /** The length of the longest end of the text that is the beginning of a stop sequence. */
  private int unfinished() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (held.indexOf(stop.substring(0, length), held.length() - length) >= 0) {
          longest = length;
        }
      }
    }
    return longest;
  }

  /** Whether a stop sequence was found. */
  boolean stopped() {
    return stopped;
  }

  /** No piece follows: what was held back, unless it is a stop sequence. */
  String finish() {
    String text = stopped ? "" : held.toString();
    held.setLength(0);
    return text;
  }
}
