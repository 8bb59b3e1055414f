package dev.millrace.bench.plot;

import dev.millrace.bench.report.Chart;

/** A chart as an SVG document. */
public final class SvgChart {
  private SvgChart() {}

  /**
   * The document, UTF-8 text that stands alone.
   *
   * @throws IllegalArgumentException when there is nothing to draw, or a value that is no number
   *     or, on a logarithmic axis, not positive
   */
  public static String render(Chart chart) {
    // Java 17 has no switch over the kinds of a sealed interface yet.
    if (chart instanceof Chart.Bars bars) {
      return new BarDrawing(bars).document();
    }
    return new LineDrawing((Chart.Lines) chart).document();
  }
}
