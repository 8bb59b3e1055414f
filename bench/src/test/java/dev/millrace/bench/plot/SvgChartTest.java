package dev.millrace.bench.plot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Chart.Axis;
import dev.millrace.bench.report.Chart.Bar;
import dev.millrace.bench.report.Chart.Series;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SvgChartTest {
  @Test
  void barsAreAsLongAsTheirValues() throws Exception {
    Document svg =
        parse(
            new Chart.Bars(
                "<Throughput> & more",
                "requests/s",
                List.of(new Bar("limit", 100, 90, 110), new Bar("millrace", 50, 50, 50))));

    List<Double> widths = new ArrayList<>();
    for (Element rectangle : elements(svg, "rect")) {
      if (rectangle.hasAttribute("x")) {
        widths.add(Double.parseDouble(rectangle.getAttribute("width")));
      }
    }
    assertThat(widths).hasSize(2);
    assertThat(widths.get(0)).isEqualTo(2 * widths.get(1));
    assertThat(texts(svg)).contains("<Throughput> & more", "limit", "millrace", "100", "50.0");
  }

  @Test
  void linesHaveAxesALegendAndAllOfTheirPoints() throws Exception {
    Document svg =
        parse(
            new Chart.Lines(
                "Answered in time",
                new Axis("seconds", false),
                new Axis("requests/s", false),
                List.of(line("millrace", 90, 91, 92), line("window", 90, 10, 0))));

    assertThat(texts(svg))
        .contains("Answered in time", "seconds", "requests/s", "millrace", "window", "0", "100");
    List<Element> drawn = elements(svg, "polyline");
    // Two lines, and a piece of each in the legend.
    assertThat(drawn).hasSize(4);
    assertThat(drawn)
        .filteredOn(polyline -> polyline.getAttribute("points").split(" ", -1).length == 3)
        .hasSize(2);
  }

  @Test
  void everythingIsOnTheCanvas() throws Exception {
    List<Series> many =
        IntStream.range(0, 12).mapToObj(index -> line("system " + index, 1, index + 2)).toList();
    Document svg =
        parse(
            new Chart.Lines(
                "Many", new Axis("percentile", false), new Axis("milliseconds", true), many));

    double width = Double.parseDouble(svg.getDocumentElement().getAttribute("width"));
    double height = Double.parseDouble(svg.getDocumentElement().getAttribute("height"));
    for (Element polyline : elements(svg, "polyline")) {
      for (String point : polyline.getAttribute("points").split(" ", -1)) {
        double[] place =
            Arrays.stream(point.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
        assertThat(place[0]).isBetween(0.0, width);
        assertThat(place[1]).isBetween(0.0, height);
      }
    }
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThatThrownBy(() -> SvgChart.render(new Chart.Bars("Nothing", "ms", List.of())))
        .isInstanceOf(IllegalArgumentException.class);
    Chart zeroOnLogarithmicAxis =
        new Chart.Lines(
            "Zero", new Axis("x", false), new Axis("y", true), List.of(line("z", 0, 1)));
    assertThatThrownBy(() -> SvgChart.render(zeroOnLogarithmicAxis))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("logarithmic");
  }

  private static Series line(String name, double... values) {
    return new Series(
        name,
        IntStream.range(0, values.length)
            .mapToObj(index -> new Chart.Point(index, values[index]))
            .toList());
  }

  private static Document parse(Chart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(SvgChart.render(chart).getBytes(UTF_8)));
  }

  private static List<String> texts(Document svg) {
    return elements(svg, "text").stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(Document svg, String name) {
    NodeList found = svg.getElementsByTagName(name);
    return IntStream.range(0, found.getLength())
        .mapToObj(index -> (Element) found.item(index))
        .toList();
  }
}
