package dev.millrace.cli;

import dev.millrace.cli.cluster.Cluster;
import dev.millrace.cli.cluster.ClusterState;
import dev.millrace.cli.cluster.Jobs;
import dev.millrace.cli.cluster.Submissions;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.cli.flink.JobSummary;
import dev.millrace.cli.report.TerminalProgress;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Flink a command talks to, and for how long it waits. */
final class JobOptions {
  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--rest",
      paramLabel = "URL",
      description =
          "The REST API of another Flink cluster, such as http://127.0.0.1:8081 (default: that of"
              + " the cluster in --dir).")
  private @Nullable URI rest;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2m",
      converter = DurationConverter.class,
      description = "How long to wait for it, such as 90s (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ZERO;

  private final TerminalProgress progress = new TerminalProgress(System.err);

  FlinkRest rest() throws CommandException, IOException {
    return rest == null ? Cluster.rest(cluster()) : new FlinkRest(java.util.List.of(rest));
  }

  /** The cluster in {@code --dir}, which must be up. */
  ClusterState cluster() throws CommandException, IOException {
    return cluster.cluster().require();
  }

  /** Where savepoints go, if nobody says. */
  String savepoints() throws CommandException, IOException {
    if (rest != null) {
      throw new CommandException("where to? say so with --to");
    }
    return cluster().savepoints();
  }

  boolean isLocal() {
    return rest == null;
  }

  Submissions submissions() {
    return new Submissions(cluster.directory());
  }

  Jobs jobs() throws CommandException, IOException {
    return new Jobs(rest(), submissions(), progress);
  }

  JobSummary find(@Nullable String id)
      throws CommandException, IOException, InterruptedException, FlinkRestException {
    return jobs().find(id);
  }

  Duration timeout() {
    return timeout;
  }

  TerminalProgress progress() {
    return progress;
  }
}
