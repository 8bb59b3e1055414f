package dev.millrace.bench.gateway;

import dev.millrace.bench.BenchmarkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The resident memory of a process, read each second on a thread of its own until this is closed.
 * For Linux, whose {@code /proc} says it.
 */
final class ResidentMemory implements AutoCloseable {
  private static final double KIBIBYTES_PER_MEBIBYTE = 1024;

  private final long pid;
  private final List<Double> samples = new ArrayList<>();
  private final Thread thread = new Thread(this::sample, "resident-memory");

  private ResidentMemory(long pid) {
    this.pid = pid;
    this.thread.setDaemon(true);
  }

  static ResidentMemory watch(long pid) {
    ResidentMemory memory = new ResidentMemory(pid);
    memory.thread.start();
    return memory;
  }

  private void sample() {
    try {
      while (true) {
        double now = field(pid, "VmRSS");
        synchronized (this) {
          samples.add(now);
        }
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException | BenchmarkException e) {
      // Closed, or the process has ended: there is nothing more to read.
    }
  }

  /** What it has now, in MiB. */
  static double now(long pid) throws BenchmarkException {
    return field(pid, "VmRSS");
  }

  /** The most that it has had since it began, in MiB. */
  static double most(long pid) throws BenchmarkException {
    return field(pid, "VmHWM");
  }

  private static double field(long pid, String name) throws BenchmarkException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
          .map(kibibytes -> kibibytes / KIBIBYTES_PER_MEBIBYTE)
          .findFirst()
          .orElseThrow(() -> new BenchmarkException("%s has no %s".formatted(status, name)));
    } catch (IOException e) {
      throw new BenchmarkException("%s cannot be read: %s".formatted(status, e.getMessage()), e);
    }
  }

  /** All that was read so far, in MiB. */
  synchronized List<Double> samples() {
    return List.copyOf(samples);
  }

  /**
   * How much more the last third of the samples had in the mean than the third before it, as a
   * share: 0 is flat. The first third is left out, in which a load begins.
   *
   * @throws BenchmarkException when there are too few samples to tell
   */
  static double growth(List<Double> samples) throws BenchmarkException {
    int third = samples.size() / 3;
    if (third == 0) {
      throw new BenchmarkException("the memory was read %d times".formatted(samples.size()));
    }
    double before = mean(samples.subList(samples.size() - 2 * third, samples.size() - third));
    return mean(samples.subList(samples.size() - third, samples.size())) / before - 1;
  }

  private static double mean(List<Double> samples) {
    return samples.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
