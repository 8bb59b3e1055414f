package dev.millrace.cli;

import dev.millrace.cli.cluster.Cluster;
import dev.millrace.cli.cluster.ClusterDirectory;
import dev.millrace.cli.cluster.ClusterSettings;
import dev.millrace.cli.cluster.ClusterState;
import dev.millrace.cli.cluster.Installation;
import dev.millrace.cli.cluster.Supervisor;
import dev.millrace.cli.cluster.SupervisorProcess;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.cli.flink.JobSummary;
import dev.millrace.cli.report.Grid;
import dev.millrace.cli.report.Table;
import dev.millrace.cli.report.TerminalProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A cluster of processes on this machine. */
@Command(
    name = "cluster",
    description = "Starts, shows and ends a cluster of processes on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ClusterCommand.Up.class, ClusterCommand.Status.class, ClusterCommand.Down.class})
final class ClusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "up, status or down?");
  }

  /** Starts it. */
  @Command(
      name = "up",
      description = {
        "Starts a Kafka broker, JobManagers, TaskManagers, PostgreSQL and gateways, each a process",
        "of its own, under a supervisor that starts again what ends. Returns when all are ready;",
        "submit a job then."
      })
  static final class Up implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
        names = "--taskmanagers",
        paramLabel = "N",
        defaultValue = "2",
        description = "How many TaskManagers (default: ${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
        names = "--slots",
        paramLabel = "N",
        defaultValue = "2",
        description = "Slots of each TaskManager (default: ${DEFAULT-VALUE}).")
    private int slots;

    @Option(
        names = "--gpus",
        paramLabel = "N",
        defaultValue = "0",
        description = {
          "GPUs of each TaskManager, found by nvidia-smi, none of them given to two; its slots",
          "share them (default: ${DEFAULT-VALUE}: all use what they find)."
        })
    private int gpus;

    @Option(
        names = "--no-warm-up",
        description = {
          "Have TaskManagers offer their slots as soon as they can. Otherwise each runs the job for",
          "a moment before, on topics of its own, so that its first task does not have to wait for",
          "classes to be loaded and compiled."
        })
    private boolean cold;

    @Option(names = "--ha", description = "Two JobManagers, of which ZooKeeper elects the leader.")
    private boolean highAvailability;

    @Option(
        names = "--ui-port",
        defaultValue = "8081",
        description = "Flink's web UI and REST API (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int restPort;

    @Option(
        names = "--broker-port",
        defaultValue = "9092",
        description = "The broker (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int brokerPort;

    @Option(
        names = "--gateways",
        paramLabel = "N",
        defaultValue = "1",
        description =
            "How many gateways; without any there is no PostgreSQL either (default: ${DEFAULT-VALUE}).")
    private int gateways;

    @Option(
        names = "--http-port",
        defaultValue = "8080",
        description = "The first gateway (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int httpPort;

    @Option(
        names = "--partitions",
        paramLabel = "N",
        defaultValue = "4",
        description = "Partitions of each topic that is made (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(
        names = "--log-format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = {
          "text, or json for logs of one object a line, in the Elastic Common Schema",
          "(default: ${DEFAULT-VALUE})."
        })
    private LogFormat logFormat = LogFormat.TEXT;

    @Option(
        names = "--foreground",
        description = "Be the supervisor: stay, say what happens, and end all with Ctrl-C.")
    private boolean foreground;

    @Option(
        names = "-D",
        paramLabel = "KEY=VALUE",
        description =
            "An option of Flink, such as execution.checkpointing.dir=s3://bucket/checkpoints. May"
                + " be repeated.")
    private Map<String, String> options = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
      ClusterSettings settings = settings();
      Installation installation = Installation.of(Home.path());
      return foreground ? supervise(installation, settings) : startSupervisor();
    }

    private ClusterSettings settings() {
      try {
        return new ClusterSettings(
            taskManagers,
            slots,
            gpus,
            !cold,
            highAvailability,
            restPort,
            brokerPort,
            new ClusterSettings.Gateways(gateways, httpPort),
            partitions,
            logFormat,
            options);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
    }

    private int supervise(Installation installation, ClusterSettings settings) throws Exception {
      Thread main = Thread.currentThread();
      CountDownLatch closed = new CountDownLatch(1);
      Thread onSignal =
          new Thread(
              () -> {
                main.interrupt();
                await(closed);
              },
              "end-on-signal");
      Runtime.getRuntime().addShutdownHook(onSignal);
      try (Supervisor supervisor =
          Supervisor.start(installation, cluster.directory(), settings, this::say)) {
        say("all are ready");
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        say("all have ended");
      } finally {
        closed.countDown();
      }
      return ExitCode.OK;
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void say(String what) {
      spec.commandLine()
          .getErr()
          .println(
              LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " " + what);
    }

    private int startSupervisor() throws CommandException, IOException, InterruptedException {
      ClusterDirectory directory = cluster.directory();
      TerminalProgress progress = new TerminalProgress(System.err);
      progress.say("starting a cluster in " + directory.root());
      ClusterState state =
          SupervisorProcess.start(
              directory, spec.root().commandLine().getParseResult().originalArgs(), progress);
      progress.endLine();
      show(spec.commandLine().getOut(), directory, state);
      return ExitCode.OK;
    }
  }

  /** Shows it. */
  @Command(
      name = "status",
      description =
          "Shows the members of a cluster and its jobs. Ends with 1 when one is not well.")
  static final class Status implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws Exception {
      ClusterState state = cluster.cluster().require();
      show(spec.commandLine().getOut(), cluster.directory(), state);
      boolean well =
          state.ready()
              && state.members().stream()
                  .allMatch(member -> member.phase() == ClusterState.Phase.RUNNING);
      return well ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }
  }

  /** Ends it. */
  @Command(
      name = "down",
      description = {
        "Ends a cluster and all of its processes. What it keeps in its directory stays: topics,",
        "checkpoints and savepoints."
      })
  static final class Down implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() throws Exception {
      TerminalProgress progress = new TerminalProgress(System.err);
      progress.say("ending the cluster in " + cluster.directory().root());
      boolean any = cluster.cluster().down();
      spec.commandLine().getOut().println(any ? "all have ended" : "nothing was running");
      return ExitCode.OK;
    }
  }

  private static void show(PrintWriter out, ClusterDirectory directory, ClusterState state)
      throws InterruptedException {
    Grid members = new Grid("member", "is", "process", "restarts", "log");
    for (ClusterState.MemberState member : state.members()) {
      members.row(
          member.name(),
          member.phase().name().toLowerCase(Locale.ROOT),
          member.process() == null ? "-" : Long.toString(member.process().pid()),
          Integer.toString(member.restarts()),
          member.log());
    }
    out.println(members);
    Table table = new Table();
    table.row("web UI", String.join(", ", state.rest()));
    table.row("broker", state.bootstrapServers());
    if (!state.gateways().isEmpty()) {
      table.row("gateways", String.join(", ", state.gateways()));
      table.row("tokens", "millrace token --data-dir " + directory.root());
    }
    FlinkRest rest = Cluster.rest(state);
    try {
      FlinkRest.Overview overview = rest.overview();
      table.row("slots", "%d, %d free".formatted(overview.slots(), overview.freeSlots()));
      table.row("jobs", jobs(rest));
    } catch (FlinkRestException e) {
      table.row("slots", "unknown: " + e.getMessage());
    }
    table.row("events", directory.events().toString());
    out.println(table);
  }

  private static String jobs(FlinkRest rest) throws FlinkRestException, InterruptedException {
    List<String> running = new ArrayList<>();
    for (JobSummary job : rest.jobs()) {
      if (!job.hasEnded()) {
        running.add("%s %s (%s)".formatted(job.id(), job.name(), job.state()));
      }
    }
    return running.isEmpty() ? "none" : String.join("\n", running);
  }
}
