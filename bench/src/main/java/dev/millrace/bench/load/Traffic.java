package dev.millrace.bench.load;

import java.time.Duration;
import java.util.Optional;

/**
 * Requests of one kind.
 *
 * @param tenant who asks; the class by which outcomes are told apart
 * @param priority 1 is soonest, 0 is the model's default level
 * @param timeout how long after its arrival a request is of use; empty for ever
 */
public record Traffic(
    String tenant, int priority, Optional<Duration> timeout, ArrivalSchedule schedule) {
  /** Of the default tenant and priority. */
  public static Traffic of(ArrivalSchedule schedule, Optional<Duration> timeout) {
    return new Traffic("default", 0, timeout, schedule);
  }
}
