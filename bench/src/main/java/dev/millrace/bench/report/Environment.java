package dev.millrace.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where it was measured.
 *
 * @param date when it began
 * @param cores how many the JVM may use
 * @param memoryBytes of the machine
 * @param heapBytes the most that this JVM takes
 * @param java the virtual machine and its version
 * @param system the operating system and its architecture
 */
public record Environment(
    Instant date, int cores, long memoryBytes, long heapBytes, String java, String system) {

  /** This machine and JVM. */
  public static Environment ofThisMachine(Instant now) {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Environment(
        now.truncatedTo(ChronoUnit.SECONDS),
        Runtime.getRuntime().availableProcessors(),
        machine.getTotalMemorySize(),
        Runtime.getRuntime().maxMemory(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  @Override
  public String toString() {
    return "%d cores, %.1f GiB of memory, heap of %.1f GiB, %s, %s, %s"
        .formatted(cores, gibibytes(memoryBytes), gibibytes(heapBytes), java, system, date);
  }

  private static double gibibytes(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
