package dev.millrace.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells a process from a later one with the same id: process ids are used again.
 *
 * @param pid the id of the process
 * @param start when it began, as the operating system says, or {@code unknown}
 */
public record ProcessIdentity(long pid, String start) {
  private static final String UNKNOWN = "unknown";

  /** The identity of a process. */
  public static ProcessIdentity of(ProcessHandle process) {
    return new ProcessIdentity(
        process.pid(), process.info().startInstant().map(Instant::toString).orElse(UNKNOWN));
  }

  /** The process, if it still lives. */
  public Optional<ProcessHandle> living() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> of(process).equals(this));
  }

  /** Waits until the process is gone; false when it is still there after so long. */
  public static boolean awaitExit(ProcessHandle process, Duration atMost)
      throws InterruptedException {
    try {
      process.onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + process.pid(), e);
    }
  }
}
