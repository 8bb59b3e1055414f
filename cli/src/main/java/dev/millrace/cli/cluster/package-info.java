/**
 * A cluster of processes on this machine: a broker, JobManagers, TaskManagers and, for high
 * availability, ZooKeeper; started, watched and started again by a supervisor.
 *
 * <p>The {@link dev.millrace.cli.cluster.Supervisor} is a process of its own, the parent of all the
 * others. What other commands need to know of it is in a file, the {@link
 * dev.millrace.cli.cluster.ClusterState}.
 */
@NullMarked
package dev.millrace.cli.cluster;

import org.jspecify.annotations.NullMarked;
