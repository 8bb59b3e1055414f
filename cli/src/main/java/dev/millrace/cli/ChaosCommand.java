package dev.millrace.cli;

import dev.millrace.bench.plot.SvgChart;
import dev.millrace.cli.chaos.ChaosReport;
import dev.millrace.cli.chaos.ChaosRun;
import dev.millrace.cli.chaos.ChaosSettings;
import dev.millrace.cli.chaos.Fault;
import dev.millrace.cli.cluster.ClusterDirectory;
import dev.millrace.cli.cluster.Installation;
import dev.millrace.cli.report.TerminalProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Breaks things on purpose. */
@Command(
    name = "chaos",
    description = {
      "Starts a cluster of its own, puts it under steady load, and kills, freezes, restarts, rescales",
      "and upgrades its parts; then checks that every request has exactly one answer. Ends with 1 when",
      "that does not hold."
    })
final class ChaosCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long the load lasts, such as 0.5 or 30 (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Other seeds, another order of faults (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--load",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description = "The load, as a share of what the job can do (default: ${DEFAULT-VALUE}).")
  private double load;

  @Option(
      names = "--max-rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Requests a second that are not exceeded (default: ${DEFAULT-VALUE}).")
  private double mostRate;

  @Option(
      names = "--faults",
      paramLabel = "FAULT",
      split = ",",
      description = "Only these of ${COMPLETION-CANDIDATES} (default: all).")
  private @Nullable Set<Fault> faults;

  @Option(
      names = "--taskmanagers",
      paramLabel = "N",
      defaultValue = "2",
      description = "TaskManagers, of two slots each (default: ${DEFAULT-VALUE}).")
  private int taskManagers;

  @Option(
      names = "--no-warm-up",
      description = "Have TaskManagers start as after cluster up --no-warm-up: soon, and cold.")
  private boolean cold;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the cluster keeps its files; they stay (default: a temporary directory).")
  private @Nullable Path directory;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures here.")
  private @Nullable Path json;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draw the answers here, as SVG.")
  private @Nullable Path plot;

  @Override
  public Integer call() throws Exception {
    ChaosSettings settings = settings();
    Installation installation = Installation.of(Home.path());
    TerminalProgress progress = new TerminalProgress(System.err);
    Path root = directory == null ? Files.createTempDirectory("millrace-chaos-") : directory;
    Thread main = Thread.currentThread();
    CountDownLatch finished = new CountDownLatch(1);
    Thread onSignal = new Thread(() -> stop(main, finished), "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      ChaosReport report =
          new ChaosRun(installation, new ClusterDirectory(root), settings, progress).run();
      progress.endLine();
      spec.commandLine().getOut().print(report.text());
      spec.commandLine().getOut().flush();
      if (json != null) {
        report.write(json);
      }
      if (plot != null) {
        Files.writeString(plot, SvgChart.render(report.chart()));
      }
      progress.say("the logs are in " + root);
      return report.holds() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    } catch (InterruptedException e) {
      progress.say("stopped");
      return INTERRUPTED;
    } finally {
      finished.countDown();
    }
  }

  private ChaosSettings settings() {
    try {
      return new ChaosSettings(
          Duration.ofMillis((long) (60_000 * minutes)),
          seed,
          load,
          mostRate,
          faults == null ? EnumSet.allOf(Fault.class) : faults,
          taskManagers,
          !cold);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void stop(Thread main, CountDownLatch finished) {
    main.interrupt();
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
