package dev.millrace.cli.report;

import java.util.ArrayList;
import java.util.List;

/** A table with a heading, each column as wide as its widest cell. */
public final class Grid {
  private final List<String[]> rows = new ArrayList<>();

  public Grid(String... heading) {
    rows.add(heading.clone());
  }

  /** Adds a row of as many cells as the heading has. */
  public Grid row(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.length, rows.get(0).length));
    }
    rows.add(cells.clone());
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).length];
    for (String[] row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder("  ");
      for (int column = 0; column < widths.length; column++) {
        line.append(row[column]).append(" ".repeat(widths[column] - row[column].length() + 2));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
