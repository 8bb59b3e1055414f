package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workload;

/** Has a system answer a topic full of requests, and measures it. */
final class SaturationRun {
  private final Drain drain;
  private final CpuMeter meter;

  SaturationRun(TestBed bed, Workload workload, Progress progress) {
    this.drain = new Drain(bed, workload, progress);
    this.meter = new CpuMeter(bed.brokerPid());
  }

  /**
   * Writes so many requests, then starts the system, and returns when each is answered.
   *
   * @throws BenchmarkException when the system fails, or gives no more answers
   */
  Measurement of(SystemUnderTest system, int requests)
      throws BenchmarkException, InterruptedException {
    CpuTimes times = new CpuTimes();
    AnswerAudit audit =
        drain.of(system, requests, () -> times.add(System.currentTimeMillis(), meter.read()));
    return Measurement.of(audit, times);
  }
}
