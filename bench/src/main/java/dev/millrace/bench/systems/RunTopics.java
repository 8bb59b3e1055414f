package dev.millrace.bench.systems;

import java.util.List;

/**
 * The topics of one run.
 *
 * @param replies a topic that requests may name for their answers
 */
public record RunTopics(String requests, String results, String deadLetters, String replies) {
  /** The topics of a run with that name. */
  static RunTopics of(String run) {
    return new RunTopics(
        "millrace.requests." + run,
        "millrace.results." + run,
        "millrace.dead-letters." + run,
        "millrace.replies." + run);
  }

  /** All of them. */
  public List<String> all() {
    return List.of(requests, results, deadLetters, replies);
  }
}
