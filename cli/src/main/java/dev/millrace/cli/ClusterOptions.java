package dev.millrace.cli;

import dev.millrace.cli.cluster.Cluster;
import dev.millrace.cli.cluster.ClusterDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class ClusterOptions {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where the cluster keeps its files (default: cluster, beside the launcher).")
  private Path directory = Home.path().resolve("cluster");

  ClusterDirectory directory() {
    return new ClusterDirectory(directory);
  }

  Cluster cluster() {
    return new Cluster(directory());
  }
}
