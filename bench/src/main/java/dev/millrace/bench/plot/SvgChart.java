package dev.millrace.bench.plot;

import dev.millrace.bench.report.Chart;

/** A chart as an SVG document. */
public final class SvgChart {
  private SvgChart() {}

  /** The document, UTF-8 text that stands alone. */
  public static String render(Chart chart) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>%s</title></svg>"
        .formatted(chart.title());
  }
}
