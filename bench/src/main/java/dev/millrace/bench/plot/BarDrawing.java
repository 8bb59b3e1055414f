package dev.millrace.bench.plot;

import dev.millrace.bench.report.Chart;
import java.util.Locale;

/**
 * A bar for each system, from left to right so that names have room, with a whisker from the least
 * to the most and the value at its end.
 */
final class BarDrawing {
  private static final int WIDTH = 820;
  private static final int RIGHT_MARGIN = 100;
  private static final int TOP = 48;
  private static final int BOTTOM_MARGIN = 60;
  private static final int ROW = 38;
  private static final int THICKNESS = 22;
  private static final int TITLE_BASELINE = 28;
  private static final int LEAST_LEFT = 84;

  private final Chart.Bars chart;
  private final Canvas canvas;
  private final Box plot;

  BarDrawing(Chart.Bars chart) {
    if (chart.bars().isEmpty()) {
      throw new IllegalArgumentException("nothing to draw: " + chart.title());
    }
    this.chart = chart;
    int longest = chart.bars().stream().mapToInt(bar -> bar.label().length()).max().orElse(0);
    double left =
        Math.min(WIDTH / 2.0, Math.max(LEAST_LEFT, longest * Canvas.CHARACTER_WIDTH + 24));
    int bottom = TOP + ROW * chart.bars().size();
    canvas = new Canvas(WIDTH, bottom + BOTTOM_MARGIN);
    plot = new Box(left, TOP, WIDTH - (double) RIGHT_MARGIN, bottom);
  }

  String document() {
    double most =
        chart.bars().stream().mapToDouble(bar -> Math.max(bar.value(), bar.most())).max().orElse(0);
    Scale values = Scale.linear(0, most, plot.left(), plot.right());
    canvas.title(new Point(16, TITLE_BASELINE), chart.title());
    axis(values);
    for (int index = 0; index < chart.bars().size(); index++) {
      bar(index, values);
    }
    canvas.line(
        new Point(plot.left(), plot.top()), new Point(plot.left(), plot.bottom()), Canvas.INK, 1);
    return canvas.document();
  }

  private void axis(Scale values) {
    for (double tick : values.ticks()) {
      double at = values.position(tick);
      canvas.line(new Point(at, plot.top()), new Point(at, plot.bottom()), Canvas.GRID, 1);
      canvas.text(new Point(at, plot.bottom() + 20), Canvas.Anchor.MIDDLE, values.label(tick));
    }
    canvas.text(
        new Point((plot.left() + plot.right()) / 2, plot.bottom() + 44),
        Canvas.Anchor.MIDDLE,
        chart.valueLabel());
  }

  private void bar(int index, Scale values) {
    Chart.Bar bar = chart.bars().get(index);
    double middle = plot.top() + ROW * (index + 0.5);
    double end = values.position(bar.value());
    canvas.rectangle(
        new Box(plot.left(), middle - THICKNESS / 2.0, end, middle + THICKNESS / 2.0),
        Palette.colour(index));
    double least = values.position(bar.least());
    double most = values.position(bar.most());
    if (most > least) {
      canvas.line(new Point(least, middle), new Point(most, middle), Canvas.INK, 1.5);
      canvas.line(new Point(least, middle - 5), new Point(least, middle + 5), Canvas.INK, 1.5);
      canvas.line(new Point(most, middle - 5), new Point(most, middle + 5), Canvas.INK, 1.5);
    }
    canvas.text(new Point(plot.left() - 8, middle + 4), Canvas.Anchor.END, bar.label());
    canvas.text(
        new Point(Math.max(end, most) + 8, middle + 4), Canvas.Anchor.START, value(bar.value()));
  }

  /** Three significant digits, and all of those before the point. */
  private static String value(double value) {
    int before = value == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(value))) + 1;
    return String.format(Locale.ROOT, "%,." + Math.min(6, Math.max(0, 3 - before)) + "f", value);
  }
}
