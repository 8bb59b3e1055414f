package dev.millrace.cli.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What is to be done.
 *
 * @param duration of the load
 * @param seed decides the order of the faults and the moments between them
 * @param load requests a second as a share of what the job can do
 * @param mostRate requests a second that are not exceeded
 * @param faults of which kinds
 * @param taskManagers of two slots each
 * @param warmUp whether TaskManagers are warmed up before they offer their slots
 */
public record ChaosSettings(
    Duration duration,
    long seed,
    double load,
    double mostRate,
    Set<Fault> faults,
    int taskManagers,
    boolean warmUp) {
  public ChaosSettings {
    faults = Set.copyOf(faults);
    if (faults.isEmpty() || !(load > 0) || !(mostRate > 0) || taskManagers < 1) {
      throw new IllegalArgumentException(
          "faults %s, a load of %s, at most %s requests/s, %d TaskManagers"
              .formatted(faults, load, mostRate, taskManagers));
    }
  }

  /** The kinds in the order in which they are declared. */
  List<Fault> kinds() {
    return faults.stream().sorted().toList();
  }
}
