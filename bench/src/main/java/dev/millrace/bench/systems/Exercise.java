package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Work that nobody measures, done until the compilers of this JVM have little left to do. A slow
 * model has a JVM run little of its code, and compile it for minutes beside the engine, on cores
 * that the engine needs.
 */
public final class Exercise {
  /** When compilers take less than this of a core, there is little left to compile. */
  private static final double COMPILING = 0.15;

  private static final double NANOS_PER_MILLI = 1e6;

  private Exercise() {}

  /** Has a system do something once. */
  @FunctionalInterface
  public interface Work {
    void run() throws BenchmarkException, InterruptedException;
  }

  /**
   * Does the work again and again.
   *
   * @param most after so long that has to do
   */
  public static void of(SystemUnderTest system, Work work, Duration most, Progress progress)
      throws BenchmarkException, InterruptedException {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    long first = System.nanoTime();
    double compiling;
    do {
      long compiledBefore = compilers.getTotalCompilationTime();
      long begin = System.nanoTime();
      work.run();
      compiling =
          (compilers.getTotalCompilationTime() - compiledBefore)
              / ((System.nanoTime() - begin) / NANOS_PER_MILLI);
      progress.say("  %s: compilers took %.2f of a core".formatted(system.name(), compiling));
    } while (compiling >= COMPILING && System.nanoTime() - first < most.toNanos());
  }
}
