package dev.millrace.bench.saturation;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.bench.saturation.CpuTimes.Part;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Reads how much CPU this process, its threads and the broker have used. */
final class CpuMeter {
  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long brokerPid;

  /** By thread, so that what a thread used that has ended since is not forgotten. */
  private final Map<Long, Long> used = new HashMap<>();

  private final Map<Part, Long> byPart = new EnumMap<>(Part.class);

  CpuMeter(long brokerPid) {
    this.brokerPid = brokerPid;
  }

  /** Nanoseconds by part, since whenever. */
  Map<Part, Long> read() {
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        long now = threads.getThreadCpuTime(thread.getThreadId());
        if (now >= 0) {
          Long before = used.put(thread.getThreadId(), now);
          byPart.merge(
              part(thread.getThreadName()), now - (before == null ? 0 : before), Long::sum);
        }
      }
    }
    Map<Part, Long> read = new EnumMap<>(byPart);
    long java = byPart.values().stream().mapToLong(Long::longValue).sum();
    read.put(Part.VIRTUAL_MACHINE, process.getProcessCpuTime() - java);
    ProcessHandle.of(brokerPid)
        .flatMap(handle -> handle.info().totalCpuDuration())
        .map(Duration::toNanos)
        .ifPresent(nanoseconds -> read.put(Part.BROKER, nanoseconds));
    return read;
  }

  /** By the names that Flink, Kafka and the engines give to their threads. */
  static Part part(String thread) {
    if (thread.contains("-stream-")) {
      return Part.ENGINE;
    }
    if (thread.startsWith("kafka-") || thread.startsWith("Source Data Fetcher")) {
      return Part.KAFKA_CLIENTS;
    }
    // Such as "score -> results (1/2)#0".
    return thread.matches(".*\\(\\d+/\\d+\\)#\\d+") ? Part.TASKS : Part.OTHER_THREADS;
  }
}
