package dev.millrace.cli.cluster;

import java.nio.file.Path;

/**
 * Where a cluster keeps what it must not forget.
 *
 * @param root an absolute path
 */
public record ClusterDirectory(Path root) {
  public ClusterDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** What other commands need to know of the cluster. */
  Path state() {
    return root.resolve("cluster.json");
  }

  /** Locked by the supervisor for as long as it lives. */
  Path lock() {
    return root.resolve("lock");
  }

  /** What happened to the members, one JSON object a line. */
  public Path events() {
    return root.resolve("events.jsonl");
  }

  /** The jars that were submitted, and how. */
  Path submissions() {
    return root.resolve("submissions");
  }

  Path broker() {
    return root.resolve("broker");
  }

  Path database() {
    return root.resolve("database");
  }

  Path zookeeper() {
    return root.resolve("zookeeper");
  }

  /** Metadata of JobManagers for one another. */
  Path highAvailability() {
    return root.resolve("ha");
  }

  /**
   * Where a member keeps its files: its part of the state, for local recovery, and what it unpacks.
   */
  Path work(String member) {
    return root.resolve("work").resolve(member);
  }

  /** The log of a member, or of the supervisor. */
  public Path log(String member) {
    return root.resolve("logs").resolve(member + ".log");
  }

  /** Which process has which GPU. */
  Path gpus() {
    return root.resolve("gpus");
  }

  /** Where checkpoints go unless options say otherwise, as Flink writes paths. */
  String checkpoints() {
    return "file:" + root.resolve("checkpoints");
  }

  /** Where savepoints go unless options say otherwise, as Flink writes paths. */
  String savepoints() {
    return "file:" + root.resolve("savepoints");
  }
}
