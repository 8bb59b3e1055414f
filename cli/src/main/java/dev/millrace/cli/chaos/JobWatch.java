package dev.millrace.cli.chaos;

import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.cli.flink.JobSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Notes when the job stops running and when it runs again, on a thread of its own. */
final class JobWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final FlinkRest rest;
  private final Thread thread = new Thread(this::watch, "job-watch");
  private final List<Change> changes = new ArrayList<>();

  /** The job has begun to run, or ceased to. */
  private record Change(long at, boolean runs) {}

  private JobWatch(FlinkRest rest) {
    this.rest = rest;
  }

  static JobWatch start(FlinkRest rest) {
    JobWatch watch = new JobWatch(rest);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    boolean ran = true;
    try {
      while (true) {
        boolean runs = runs();
        if (runs != ran) {
          synchronized (changes) {
            changes.add(new Change(System.nanoTime(), runs));
          }
          ran = runs;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      // Closed.
      Thread.currentThread().interrupt();
    }
  }

  private boolean runs() throws InterruptedException {
    try {
      return rest.jobs().stream().anyMatch(JobSummary::isRunning);
    } catch (FlinkRestException e) {
      return false;
    }
  }

  /**
   * When the job first ceased to run, in this time.
   *
   * @param from of {@link System#nanoTime}
   */
  OptionalLong stoppedIn(long from, long to) {
    synchronized (changes) {
      return changes.stream()
          .filter(change -> !change.runs() && change.at() - from >= 0 && change.at() - to < 0)
          .mapToLong(Change::at)
          .findFirst();
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
