package dev.millrace.bench.gateway;

import dev.millrace.bench.BenchmarkException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run of {@code wrk} found.
 *
 * @param requests that were answered, whatever the status
 * @param seconds that it took
 * @param medianMillis of the latency, from a request to its whole answer
 * @param p99Millis of the same
 * @param mostMillis of the same
 * @param socketErrors connections refused or broken, and answers that took longer than wrk waits
 * @param statuses how many answers had which status, other than 200
 */
record WrkOutcome(
    long requests,
    double seconds,
    double medianMillis,
    double p99Millis,
    double mostMillis,
    long socketErrors,
    Map<Integer, Long> statuses) {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final double MICROS_PER_SECOND = 1e6;

  WrkOutcome {
    statuses = Map.copyOf(statuses);
  }

  /**
   * Reads what wrk printed.
   *
   * @throws BenchmarkException when the line of the script is missing or is not whole
   */
  static WrkOutcome parse(String output) throws BenchmarkException {
    Map<String, Long> figures = new HashMap<>();
    Map<Integer, Long> statuses = new TreeMap<>();
    for (String line : output.lines().filter(text -> text.startsWith(WrkScript.MARK)).toList()) {
      for (String field : line.substring(WrkScript.MARK.length()).strip().split(" ", -1)) {
        String[] parts = field.split("=", 2);
        long value = Long.parseLong(parts[1]);
        if (parts[0].matches("s\\d+")) {
          statuses.put(Integer.parseInt(parts[0].substring(1)), value);
        } else {
          figures.put(parts[0], value);
        }
      }
    }
    if (figures.isEmpty()) {
      throw new BenchmarkException("wrk has no figures: " + output.strip());
    }
    return new WrkOutcome(
        require(figures, "requests"),
        require(figures, "micros") / MICROS_PER_SECOND,
        require(figures, "p50") / MICROS_PER_MILLI,
        require(figures, "p99") / MICROS_PER_MILLI,
        require(figures, "most") / MICROS_PER_MILLI,
        require(figures, "connect")
            + require(figures, "read")
            + require(figures, "write")
            + require(figures, "timeout"),
        statuses);
  }

  private static long require(Map<String, Long> figures, String name) throws BenchmarkException {
    Long value = figures.get(name);
    if (value == null) {
      throw new BenchmarkException("wrk does not say " + name);
    }
    return value;
  }

  /** Answers of status 200 a second. */
  double rate() {
    return (requests - refused() - errors() + socketErrors) / seconds;
  }

  /** Answers that say honestly that it is too much now: 429 and 503. */
  long refused() {
    return statuses.getOrDefault(TOO_MANY_REQUESTS, 0L) + statuses.getOrDefault(UNAVAILABLE, 0L);
  }

  /** All else that is no answer. */
  long errors() {
    return socketErrors + statuses.values().stream().mapToLong(Long::longValue).sum() - refused();
  }
}
