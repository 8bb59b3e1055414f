package dev.millrace.cli.chaos;

import dev.millrace.broker.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The resident memory of processes over time, as Linux tells it.
 *
 * <p>Confined to one thread.
 */
final class ResidentMemory {
  private static final double MEBI = 1 << 20;
  private static final double NANOS_PER_MINUTE = 60e9;

  /** A process that starts fills its heap and its caches for so long. */
  private static final double WARM_UP_MINUTES = 1;

  private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

  private record Sample(double minutes, double mebibytes) {}

  /**
   * What became of one process.
   *
   * @param slope mebibytes a minute, by least squares; of what came after the first minute
   */
  record Trend(
      String process, double minutes, double firstMebibytes, double lastMebibytes, double slope) {}

  /** Looks at a process. */
  void look(String name, ProcessIdentity process, long begin) {
    resident(process.pid())
        .ifPresent(
            bytes ->
                samples
                    .computeIfAbsent(
                        "%s (process %d)".formatted(name, process.pid()), key -> new ArrayList<>())
                    .add(new Sample((System.nanoTime() - begin) / NANOS_PER_MINUTE, bytes / MEBI)));
  }

  private static OptionalLong resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      // It has just ended, or this is no Linux.
      return OptionalLong.empty();
    }
  }

  /** The trends of those that lived long enough to have one. */
  List<Trend> trends() {
    List<Trend> trends = new ArrayList<>();
    samples.forEach(
        (process, all) -> {
          double from = all.get(0).minutes() + WARM_UP_MINUTES;
          List<Sample> later = all.stream().filter(sample -> sample.minutes() >= from).toList();
          if (later.size() > 2) {
            Sample first = later.get(0);
            Sample last = later.get(later.size() - 1);
            trends.add(
                new Trend(
                    process,
                    last.minutes() - first.minutes(),
                    first.mebibytes(),
                    last.mebibytes(),
                    slope(later)));
          }
        });
    return trends;
  }

  private static double slope(List<Sample> points) {
    double meanX = points.stream().mapToDouble(Sample::minutes).average().orElse(0);
    double meanY = points.stream().mapToDouble(Sample::mebibytes).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (Sample point : points) {
      covariance += (point.minutes() - meanX) * (point.mebibytes() - meanY);
      variance += (point.minutes() - meanX) * (point.minutes() - meanX);
    }
    return variance == 0 ? 0 : covariance / variance;
  }
}
