package dev.millrace.bench.plot;

import java.util.List;

/**
 * Colours that people with any colour vision can tell apart: Okabe and Ito, Color Universal Design
 * (2008), darkest first so that few series stand out on white. From the eighth on, lines are
 * dashed.
 */
final class Palette {
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#555555");

  private static final List<String> DASHES = List.of("none", "7 4", "2 3");

  private Palette() {}

  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  static String dashes(int index) {
    return DASHES.get(index / COLOURS.size() % DASHES.size());
  }
}
