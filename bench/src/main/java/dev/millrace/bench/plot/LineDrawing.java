package dev.millrace.bench.plot;

import dev.millrace.bench.report.Chart;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A line for each series, with axes, a grid and a legend. */
final class LineDrawing {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 440;
  private static final int LEFT = 84;
  private static final int RIGHT_MARGIN = 28;
  private static final int BOTTOM_MARGIN = 60;
  private static final int TITLE_BASELINE = 28;
  private static final int LEGEND_TOP = 40;
  private static final int LEGEND_ROW = 20;
  private static final int SWATCH = 26;

  private final Canvas canvas = new Canvas(WIDTH, HEIGHT);
  private final Chart.Lines chart;

  LineDrawing(Chart.Lines chart) {
    if (chart.series().stream().allMatch(series -> series.points().isEmpty())) {
      throw new IllegalArgumentException("nothing to draw: " + chart.title());
    }
    this.chart = chart;
  }

  String document() {
    canvas.title(new Point(LEFT, TITLE_BASELINE), chart.title());
    double legendBottom = legend();
    Box plot =
        new Box(LEFT, legendBottom + 10, WIDTH - RIGHT_MARGIN, HEIGHT - (double) BOTTOM_MARGIN);
    Scale x = scale(chart.x(), Chart.Point::x, plot.left(), plot.right());
    Scale y = scale(chart.y(), Chart.Point::y, plot.bottom(), plot.top());
    axes(plot, x, y);
    for (Chart.Mark mark : chart.marks()) {
      double at = x.position(mark.x());
      canvas.line(new Point(at, plot.top()), new Point(at, plot.bottom()), Canvas.MARK, 1);
      canvas.note(new Point(at - 4, plot.top() + 4), mark.label());
    }
    for (int index = 0; index < chart.series().size(); index++) {
      List<Point> points =
          chart.series().get(index).points().stream()
              .map(point -> new Point(x.position(point.x()), y.position(point.y())))
              .toList();
      canvas.polyline(points, Palette.colour(index), Palette.dashes(index));
    }
    return canvas.document();
  }

  private Scale scale(
      Chart.Axis axis, ToDoubleFunction<Chart.Point> value, double begin, double end) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Chart.Series series : chart.series()) {
      for (Chart.Point point : series.points()) {
        least = Math.min(least, value.applyAsDouble(point));
        most = Math.max(most, value.applyAsDouble(point));
      }
    }
    // A linear axis that began elsewhere than at zero would exaggerate differences.
    return axis.logarithmic()
        ? Scale.logarithmic(least, most, begin, end)
        : Scale.linear(Math.min(0, least), Math.max(0, most), begin, end);
  }

  private void axes(Box plot, Scale x, Scale y) {
    for (double tick : y.ticks()) {
      double at = y.position(tick);
      canvas.line(new Point(plot.left(), at), new Point(plot.right(), at), Canvas.GRID, 1);
      canvas.text(new Point(plot.left() - 8, at + 4), Canvas.Anchor.END, y.label(tick));
    }
    for (double tick : x.ticks()) {
      double at = x.position(tick);
      canvas.line(new Point(at, plot.top()), new Point(at, plot.bottom()), Canvas.GRID, 1);
      canvas.text(new Point(at, plot.bottom() + 20), Canvas.Anchor.MIDDLE, x.label(tick));
    }
    Point corner = new Point(plot.left(), plot.bottom());
    canvas.line(corner, new Point(plot.right(), plot.bottom()), Canvas.INK, 1);
    canvas.line(corner, new Point(plot.left(), plot.top()), Canvas.INK, 1);
    canvas.text(
        new Point((plot.left() + plot.right()) / 2, plot.bottom() + 44),
        Canvas.Anchor.MIDDLE,
        chart.x().label());
    canvas.upright(new Point(22, (plot.top() + plot.bottom()) / 2), chart.y().label());
  }

  /** Returns where it ends. */
  private double legend() {
    double left = LEFT;
    double row = LEGEND_TOP;
    for (int index = 0; index < chart.series().size(); index++) {
      String name = chart.series().get(index).name();
      double width = SWATCH + 8 + name.length() * Canvas.CHARACTER_WIDTH + 18;
      if (left > LEFT && left + width > WIDTH - RIGHT_MARGIN) {
        left = LEFT;
        row += LEGEND_ROW;
      }
      double middle = row + LEGEND_ROW / 2.0;
      canvas.polyline(
          List.of(new Point(left, middle), new Point(left + SWATCH, middle)),
          Palette.colour(index),
          Palette.dashes(index));
      canvas.text(new Point(left + SWATCH + 8, middle + 4), Canvas.Anchor.START, name);
      left += width;
    }
    return row + LEGEND_ROW;
  }
}
