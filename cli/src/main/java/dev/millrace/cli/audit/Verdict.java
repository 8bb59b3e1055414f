package dev.millrace.cli.audit;

import dev.millrace.protocol.RecordCoordinates;
import java.util.List;
import java.util.Map;

/**
 * Whether every request has exactly one answer.
 *
 * @param byStatus results and first replies, by their status
 * @param replies requests that were answered on a topic of their own
 * @param repeatedReplies answers beyond the first on those, which at-least-once allows
 * @param missing requests without an answer
 * @param duplicate requests with more than one result or dead letter
 * @param unexplained answers to requests that are not on the request topic
 */
public record Verdict(
    long requests,
    Map<String, Long> byStatus,
    long deadLetters,
    long replies,
    long repeatedReplies,
    Problem missing,
    Problem duplicate,
    Problem unexplained) {
  /** How often something is wrong, and where for example. */
  public record Problem(long count, List<RecordCoordinates> examples) {
    public Problem {
      examples = List.copyOf(examples);
    }
  }

  /** Whether conservation holds. */
  public boolean holds() {
    return missing.count() == 0 && duplicate.count() == 0 && unexplained.count() == 0;
  }
}
