package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import java.util.List;

/** A system that was started. */
public interface Running extends AutoCloseable {
  /**
   * Makes sure that it has not ended.
   *
   * @throws BenchmarkException with the reason when it has
   */
  void requireRunning() throws BenchmarkException, InterruptedException;

  /** How often it has failed and gone on from a checkpoint. */
  int restarts() throws BenchmarkException, InterruptedException;

  /** Its latest checkpoints, oldest first: as many as Flink remembers. */
  List<Checkpoint> checkpoints() throws BenchmarkException, InterruptedException;

  /** Ends it, and waits until it has ended. */
  @Override
  void close() throws InterruptedException;
}
