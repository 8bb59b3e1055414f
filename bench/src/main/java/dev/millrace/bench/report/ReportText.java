package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A report as people read it. */
public final class ReportText {
  private ReportText() {}

  /** The report: medians, with the spread of the first measure, and what they come to. */
  public static String of(Report report) {
    StringBuilder text = new StringBuilder();
    line(text, report.title());
    line(text, report.environment().toString());
    report.conditions().forEach((name, value) -> line(text, "%s: %s".formatted(name, value)));
    line(text, "");
    text.append(table(report));
    if (!report.checks().isEmpty()) {
      line(text, "");
      text.append(checks(report));
    }
    report.violations().forEach(violation -> line(text, "VIOLATED: " + violation));
    return text.toString();
  }

  private static TextTable table(Report report) {
    TextTable table = new TextTable();
    List<String> heads = new ArrayList<>(List.of("system"));
    List<String> units = new ArrayList<>(List.of(""));
    for (Measure measure : report.measures()) {
      heads.add(measure.title());
      units.add(measure.unit().equals(measure.title()) ? "" : measure.unit());
    }
    table.row(heads).row(units);
    for (Row row : report.rows()) {
      String system =
          row.setting().isEmpty() ? row.system() : "%s (%s)".formatted(row.system(), row.setting());
      table.row(
          Stream.concat(
                  Stream.of(system),
                  report.measures().stream().map(measure -> cell(report, row, measure)))
              .toList());
    }
    return table;
  }

  private static String cell(Report report, Row row, Measure measure) {
    return row.figures(measure)
        .map(
            figures ->
                measure.equals(report.measures().get(0))
                    ? withSpread(measure, figures)
                    : measure.format(figures.median()))
        .orElse("-");
  }

  private static String withSpread(Measure measure, Figures figures) {
    return "%s (%s to %s)"
        .formatted(
            measure.format(figures.median()),
            measure.format(figures.least()),
            measure.format(figures.most()));
  }

  private static TextTable checks(Report report) {
    TextTable table = new TextTable();
    for (Check check : report.checks()) {
      List<String> cells = new ArrayList<>();
      cells.add(check.what());
      Figures figures = check.figures();
      cells.add(
          "%s%s"
              .formatted(
                  number(figures.median()), check.unit().isEmpty() ? "" : " " + check.unit()));
      cells.add("(%s to %s)".formatted(number(figures.least()), number(figures.most())));
      Target target = check.target();
      if (target != null) {
        cells.add("target %s %s".formatted(target.side().sign(), number(target.bound())));
        cells.add(target.isMetBy(figures.median()) ? "met" : "missed");
      }
      table.row(cells);
    }
    return table;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,.2f", value);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
