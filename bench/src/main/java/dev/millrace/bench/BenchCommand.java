package dev.millrace.bench;

import dev.millrace.bench.plot.SvgChart;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.ReportJson;
import dev.millrace.bench.report.ReportText;
import dev.millrace.protocol.Encoding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures Millrace beside what somebody would write without it. */
@Command(
    name = "bench",
    description =
        "Measures Millrace beside the engine alone and what somebody would write without it, on a"
            + " Kafka broker and a Flink of its own. Takes minutes; a machine that does other"
            + " things meanwhile gives other figures.",
    footerHeading = "%nBenchmarks:%n")
public final class BenchCommand implements Callable<Integer> {
  /** It was measured, and every answer was as it should be. */
  private static final int MEASURED = 0;

  /** It was measured, but requests were not answered as they should be. */
  private static final int VIOLATED = 1;

  /** What shells report for a command that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  private final Progress progress;

  private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "What to measure; --list tells what there is.")
  private @Nullable String name;

  @Option(names = "--list", description = "List the benchmarks.")
  private boolean list;

  @Option(names = "--model", paramLabel = "MODEL", description = "The model to score with.")
  private @Nullable String model;

  @Option(names = "--rounds", paramLabel = "N", description = "How often each system is measured.")
  private @Nullable Integer rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "About how long each measurement is.")
  private @Nullable Integer seconds;

  @Option(
      names = "--encoding",
      defaultValue = "protobuf",
      description = "How requests are written: json or protobuf (default: ${DEFAULT-VALUE}).")
  private Encoding encoding = Encoding.PROTOBUF;

  @Option(names = "--json", paramLabel = "FILE", description = "Write every figure here.")
  private @Nullable Path json;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw the figures here, as SVG.")
  private @Nullable Path plot;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "An option of Millrace or Flink, such as millrace.batch.max-size=16. May be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @ArgGroup(exclusive = false)
  private @Nullable RunningGateway gateway;

  /** For the benchmark of that name. */
  private static final class RunningGateway {
    @Option(
        names = "--url",
        required = true,
        description = "gateway: of one that runs already, instead of a stack of its own.")
    private String url = "";

    @Option(names = "--token", required = true, description = "gateway: a token for that.")
    private String token = "";
  }

  /**
   * @param progress hears what goes on
   */
  public BenchCommand(Progress progress) {
    this.progress = progress;
  }

  /** Called by picocli. */
  @Spec
  void setSpec(CommandSpec spec) {
    this.spec = spec;
    // picocli takes what it shows for a format.
    spec.usageMessage()
        .footer(Arrays.stream(list()).map(line -> line.replace("%", "%%")).toArray(String[]::new));
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      for (String line : list()) {
        out.println(line);
      }
      return MEASURED;
    }
    Benchmark benchmark = benchmark();
    Path home = Settings.launchedFrom();
    try (InterruptOnSignal signal = InterruptOnSignal.open();
        WorkDirectory directory = WorkDirectory.create(home)) {
      Settings settings = settings(home, directory.path());
      try {
        Report report = benchmark.run(settings, progress);
        directory.succeeded();
        out.println();
        out.print(ReportText.of(report));
        out.flush();
        write(report);
        return report.violations().isEmpty() ? MEASURED : VIOLATED;
      } catch (Exception e) {
        // Whatever was under way when the signal came says in its own way that it was interrupted.
        if (signal.signalled()) {
          directory.succeeded();
          progress.say("stopped");
          return INTERRUPTED;
        }
        directory.log().ifPresent(log -> progress.say("the log is " + log));
        throw e;
      }
    }
  }

  private static String[] list() {
    return Benchmarks.all().stream()
        .map(benchmark -> "  %-14s%s".formatted(benchmark.name(), benchmark.summary()))
        .toArray(String[]::new);
  }

  private Benchmark benchmark() {
    if (name == null) {
      throw new ParameterException(
          spec.commandLine(), "which benchmark? --list tells what there is");
    }
    return Benchmarks.find(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no benchmark is named '%s'; --list tells what there is".formatted(name)));
  }

  private Settings settings(Path home, Path workDirectory) {
    try {
      return new Settings(
          home,
          workDirectory,
          Optional.ofNullable(model),
          rounds == null ? OptionalInt.empty() : OptionalInt.of(rounds),
          Optional.ofNullable(seconds).map(Duration::ofSeconds),
          encoding,
          options,
          Optional.ofNullable(gateway).map(own -> GatewayAddress.of(own.url, own.token)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void write(Report report) throws IOException {
    if (json != null) {
      try (OutputStream file = Files.newOutputStream(json)) {
        ReportJson.write(report, file);
      }
    }
    Chart chart = report.chart();
    if (plot != null && chart != null) {
      Files.writeString(plot, SvgChart.render(chart), StandardCharsets.UTF_8);
    }
  }
}
