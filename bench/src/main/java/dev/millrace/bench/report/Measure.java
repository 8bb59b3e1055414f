package dev.millrace.bench.report;

import java.util.Locale;

/**
 * Something that is measured of every system: a column of the table.
 *
 * @param key its name in JSON: lower case, words joined by hyphens
 * @param title its name in tables
 * @param unit such as {@code requests/s} or {@code ms}; empty for a plain number
 * @param decimals how many digits after the point are worth showing
 */
public record Measure(String key, String title, String unit, int decimals) {
  public Measure {
    if (decimals < 0 || decimals > 9) {
      throw new IllegalArgumentException(decimals + " decimals");
    }
  }

  /** A value of this measure as text, without its unit. */
  public String format(double value) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
