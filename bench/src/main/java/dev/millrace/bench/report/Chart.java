package dev.millrace.bench.report;

import java.util.List;

/** What is worth seeing rather than reading. */
public sealed interface Chart {
  /** What it shows. */
  String title();

  /**
   * A bar for each system, with its spread.
   *
   * @param valueLabel what is measured, with its unit
   */
  record Bars(String title, String valueLabel, List<Bar> bars) implements Chart {
    public Bars {
      bars = List.copyOf(bars);
    }
  }

  /** A bar: its length, and the ends of the whisker on it. */
  record Bar(String label, double value, double least, double most) {
    /** The median of some figures, and their extremes. */
    public static Bar of(String label, Figures figures) {
      return new Bar(label, figures.median(), figures.least(), figures.most());
    }
  }

  /**
   * A line for each system, over time, load or percentile.
   *
   * @param marks what happened where on the x axis
   */
  record Lines(String title, Axis x, Axis y, List<Series> series, List<Mark> marks)
      implements Chart {
    public Lines {
      series = List.copyOf(series);
      marks = List.copyOf(marks);
    }

    public Lines(String title, Axis x, Axis y, List<Series> series) {
      this(title, x, y, series, List.of());
    }
  }

  /** Something that happened at a place of the x axis. */
  record Mark(double x, String label) {}

  /**
   * An axis.
   *
   * @param label what is measured, with its unit
   * @param logarithmic whether equal steps are equal factors; values are positive then
   */
  record Axis(String label, boolean logarithmic) {}

  /** A line. */
  record Series(String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /** A point of a line. */
  record Point(double x, double y) {}
}
