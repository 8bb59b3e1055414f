package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.plot.SvgChart;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.protocol.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each benchmark in small: that all is counted, not how fast it was. */
class OpenLoopBenchmarksIT {
  @TempDir private Path directory;

  @Test
  @Tag("soak")
  void latencyAsksAllSystemsAndEachRequestIsAnswered() throws Exception {
    Report report = run("latency", TimedModel.NAME, Map.of());

    assertThat(report.rows())
        .extracting(Row::system)
        .contains("limit", "millrace", "window", "per-record", "window, tried");
    for (String system : List.of("millrace", "window", "per-record")) {
      assertThat(figure(report, system, Recording.UNANSWERED)).isZero();
      assertThat(figure(report, system, Recording.P50)).isPositive();
    }
    assertThat(report.violations()).isEmpty();
    assertThat(report.checks()).hasSize(2);
  }

  @Test
  void burstsCompareTheSharesInTimeWithAnOracle() throws Exception {
    Report report = run("bursts", TimedModel.NAME, Map.of());

    double oracle = figure(report, "oracle", Recording.IN_TIME);
    assertThat(oracle).isBetween(0.0, 100.0);
    for (String system : List.of("millrace", "window", "per-record")) {
      assertThat(figure(report, system, Recording.IN_TIME)).isBetween(0.0, 100.0);
    }
    assertThat(report.violations()).isEmpty();
  }

  @Test
  @Tag("soak")
  void overloadIsBoundedByTheCapacity() throws Exception {
    Report report = run("overload", TimedModel.NAME, Map.of());

    assertThat(report.rows()).extracting(Row::system).contains("limit", "millrace", "window");
    assertThat(report.violations()).isEmpty();
    assertThat(report.checks()).hasSize(2);
  }

  @Test
  void fairnessMeasuresTheModestTenantTwice() throws Exception {
    Report report = run("fairness", TimedModel.NAME, Map.of());

    assertThat(report.rows())
        .extracting(Row::setting)
        .containsExactly("alone", "beside the greedy one");
    assertThat(report.violations()).isEmpty();
  }

  @Test
  void urgencyQueuesAllAndAnswersAll() throws Exception {
    Report report = run("urgency", TimedModel.NAME, Map.of(Urgency.REQUESTS_OPTION, "3000"));

    assertThat(report.violations()).isEmpty();
    assertThat(report.conditions().get("queue")).startsWith("3,000 requests");
    assertThat(report.conditions().get("urgent requests")).startsWith("3,");
    assertThat(report.checks())
        .filteredOn(check -> check.what().contains("without an answer"))
        .allMatch(check -> check.met().orElseThrow());
  }

  private Report run(String name, String model, Map<String, String> options) throws Exception {
    Benchmark benchmark =
        OpenLoopBenchmarks.all().stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow();
    Settings settings =
        new Settings(
            Path.of(System.getProperty("millrace.home")),
            directory,
            Optional.of(model),
            OptionalInt.of(1),
            Optional.of(Duration.ofSeconds(1)),
            Encoding.PROTOBUF,
            options);
    Report report = benchmark.run(settings, new Silence());
    // There is something to draw.
    assertThat(SvgChart.render(Objects.requireNonNull(report.chart()))).contains("<svg");
    return report;
  }

  private static double figure(Report report, String system, Measure measure) {
    return report.row(system).orElseThrow().require(measure).median();
  }

  private static final class Silence implements Progress {
    @Override
    public void say(String message) {}

    @Override
    public void update(String message) {}
  }
}
