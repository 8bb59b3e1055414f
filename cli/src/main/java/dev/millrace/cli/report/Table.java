package dev.millrace.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** Two columns: what it is, and what it comes to. */
public final class Table {
  private final Map<String, String> rows = new LinkedHashMap<>();

  /** Adds a row. */
  public Table row(String name, String value) {
    rows.put(name, value);
    return this;
  }

  @Override
  public String toString() {
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    rows.forEach(
        (name, value) ->
            text.append("  ")
                .append(name)
                .append(" ".repeat(width - name.length() + 2))
                .append(value.replace("\n", "\n" + " ".repeat(width + 4)))
                .append(System.lineSeparator()));
    return text.toString();
  }
}
