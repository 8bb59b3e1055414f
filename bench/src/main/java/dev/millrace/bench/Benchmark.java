package dev.millrace.bench;

import dev.millrace.bench.report.Report;

/** A question to which {@code millrace bench NAME} measures the answer. */
public interface Benchmark {
  /** What users call it: lower case, words joined by hyphens. */
  String name();

  /** What it measures, in one line. */
  String summary();

  /**
   * Measures. Takes minutes.
   *
   * @throws BenchmarkException when something it needs is missing, or a system fails meanwhile
   * @throws InterruptedException when the thread is interrupted; all that was started has ended
   */
  Report run(Settings settings, Progress progress) throws BenchmarkException, InterruptedException;
}
