package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The same thing measured several times.
 *
 * @param rounds one value a round, in order; not empty
 */
public record Figures(List<Double> rounds) {
  public Figures {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("no figures");
    }
  }

  /** Figures of these rounds. */
  public static Figures of(double... rounds) {
    List<Double> values = new ArrayList<>(rounds.length);
    for (double round : rounds) {
      values.add(round);
    }
    return new Figures(values);
  }

  /** The middle one, or the mean of the two in the middle. */
  public double median() {
    List<Double> sorted = rounds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The smallest. */
  public double least() {
    return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** The largest. */
  public double most() {
    return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /**
   * These divided by those, round by round: what disturbs the machine for a while disturbs both
   * systems of a round alike, and leaves their ratio alone.
   *
   * @throws IllegalArgumentException when there are not as many
   */
  public Figures dividedBy(Figures others) {
    if (others.rounds.size() != rounds.size()) {
      throw new IllegalArgumentException(
          "%d rounds cannot be compared with %d".formatted(rounds.size(), others.rounds.size()));
    }
    List<Double> ratios = new ArrayList<>(rounds.size());
    for (int round = 0; round < rounds.size(); round++) {
      ratios.add(rounds.get(round) / others.rounds.get(round));
    }
    return new Figures(ratios);
  }
}
