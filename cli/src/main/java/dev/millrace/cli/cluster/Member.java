package dev.millrace.cli.cluster;

import dev.millrace.broker.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A process of the cluster. Used by one thread, but for {@link #identity}. */
interface Member {
  /** Such as {@code taskmanager-1}. */
  String name();

  /** Where it logs. */
  Path log();

  /**
   * Starts its process, after the last one has ended.
   *
   * @throws IOException when it cannot be started; the message says why
   */
  void start() throws IOException, InterruptedException;

  /** Which process it is, while it lives. */
  Optional<ProcessIdentity> identity();

  /** Whether its process lives. */
  boolean isAlive();

  /** How its process ended, for people. */
  String ending();

  /** Whether it does its work now. May take a second or two to find out. */
  boolean isReady() throws InterruptedException;

  /** Has its process end, and kills it when that takes too long. */
  void stop() throws InterruptedException;

  /** Ends its process at once. */
  void kill() throws InterruptedException;
}
