package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job in the Flink of this process. */
final class RunningJob implements Running {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final MiniCluster cluster;
  private final JobID id;
  private final CompletableFuture<JobResult> end;

  RunningJob(MiniCluster cluster, JobID id) {
    this.cluster = cluster;
    this.id = id;
    this.end = cluster.requestJobResult(id);
  }

  /** Returns when every task runs; ends the job when that does not come about. */
  void awaitTasks() throws BenchmarkException, InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    boolean started = false;
    try {
      while (!allTasksRun()) {
        requireRunning();
        if (System.nanoTime() > deadline) {
          throw new BenchmarkException(
              "not all tasks run after %d s".formatted(START_TIMEOUT.toSeconds()));
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
      }
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private boolean allTasksRun() throws BenchmarkException, InterruptedException {
    List<AccessExecutionVertex> tasks = new ArrayList<>();
    graph().getAllExecutionVertices().forEach(tasks::add);
    return !tasks.isEmpty()
        && tasks.stream().allMatch(task -> task.getExecutionState() == ExecutionState.RUNNING);
  }

  @Override
  public void requireRunning() throws BenchmarkException, InterruptedException {
    if (!end.isDone()) {
      return;
    }
    try {
      String reason =
          end.get()
              .getSerializedThrowable()
              .map(Causes::rootMessage)
              .orElse("nothing is known of why");
      throw new BenchmarkException("the job has ended: " + reason);
    } catch (ExecutionException e) {
      throw new BenchmarkException("the job has ended: " + Causes.rootMessage(e), e);
    }
  }

  @Override
  public int restarts() throws BenchmarkException, InterruptedException {
    int attempts = 0;
    for (AccessExecutionVertex task : graph().getAllExecutionVertices()) {
      attempts = Math.max(attempts, task.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return attempts;
  }

  @Override
  public List<Checkpoint> checkpoints() throws BenchmarkException, InterruptedException {
    CheckpointStatsSnapshot statistics = graph().getCheckpointStatsSnapshot();
    if (statistics == null) {
      return List.of();
    }
    return statistics.getHistory().getCheckpoints().stream()
        .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.COMPLETED)
        .map(
            checkpoint ->
                new Checkpoint(
                    checkpoint.getCheckpointId(),
                    checkpoint.getTriggerTimestamp(),
                    checkpoint.getEndToEndDuration(),
                    checkpoint.getStateSize(),
                    checkpoint.getCheckpointedSize()))
        .sorted(Comparator.comparingLong(Checkpoint::id))
        .toList();
  }

  private AccessExecutionGraph graph() throws BenchmarkException, InterruptedException {
    try {
      AccessExecutionGraph graph = cluster.getExecutionGraph(id).get();
      ErrorInfo failure = graph.getFailureInfo();
      if (failure != null) {
        LOG.warn("The job failed: {}", failure.getExceptionAsString());
      }
      return graph;
    } catch (ExecutionException e) {
      throw new BenchmarkException("Flink does not know the job: " + Causes.rootMessage(e), e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    try {
      if (!end.isDone()) {
        cluster.cancelJob(id).get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        end.get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The job has not ended as it should.", e);
    }
  }
}
