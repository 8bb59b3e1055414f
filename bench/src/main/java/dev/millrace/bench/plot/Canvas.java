package dev.millrace.bench.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Gathers the elements of an SVG document of a given size, on a white ground. */
final class Canvas {
  /** About how wide a character of the smaller text is, in pixels. */
  static final double CHARACTER_WIDTH = 7;

  static final String INK = "#222222";
  static final String GRID = "#e2e2e2";
  static final String MARK = "#c0392b";

  private final StringBuilder elements = new StringBuilder();
  private final int width;
  private final int height;

  Canvas(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** On which side of its place a text stands. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void line(Point from, Point to, String colour, double thickness) {
    element(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>",
        number(from.x()),
        number(from.y()),
        number(to.x()),
        number(to.y()),
        colour,
        number(thickness));
  }

  void polyline(List<Point> points, String colour, String dashes) {
    String path =
        points.stream()
            .map(point -> number(point.x()) + "," + number(point.y()))
            .collect(Collectors.joining(" "));
    element(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\""
            + " stroke-linejoin=\"round\" stroke-dasharray=\"%s\"/>",
        path, colour, dashes);
  }

  void rectangle(Box box, String colour) {
    element(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>",
        number(box.left()), number(box.top()), number(box.width()), number(box.height()), colour);
  }

  void text(Point at, Anchor anchor, String text) {
    text(at, anchor, 13, text);
  }

  void title(Point at, String text) {
    text(at, Anchor.START, 16, text);
  }

  private void text(Point at, Anchor anchor, int size, String text) {
    element(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        number(at.x()),
        number(at.y()),
        anchor.name().toLowerCase(Locale.ROOT),
        size,
        INK,
        escaped(text));
  }

  /** A text that is read from the bottom to the top, around its middle. */
  void upright(Point middle, String text) {
    element(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\""
            + " fill=\"%s\">%s</text>",
        number(middle.x()), number(middle.y()), INK, escaped(text));
  }

  /** A small text that is read from the bottom to the top, and ends at a place. */
  void note(Point end, String text) {
    element(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"end\" font-size=\"10\""
            + " fill=\"%s\">%s</text>",
        number(end.x()), number(end.y()), MARK, escaped(text));
  }

  private void element(String format, Object... arguments) {
    elements.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  String document() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\""
                + " viewBox=\"0 0 %1$d %2$d\" font-family=\"Helvetica, Arial, sans-serif\">%n"
                + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#ffffff\"/>%n",
            width,
            height)
        + elements
        + "</svg>\n";
  }
}
