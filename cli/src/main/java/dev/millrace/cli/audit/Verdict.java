package dev.millrace.cli.audit;

import dev.millrace.protocol.RecordCoordinates;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether every request has exactly one answer.
 *
 * @param byStatus results and first replies, by their status
 * @param replies requests that were answered on a topic of their own
 * @param repeatedReplies answers beyond the first on those, which at-least-once allows
 * @param older answered requests that were deleted with the beginning of the request topic
 * @param missing requests without an answer
 * @param duplicate requests with more than one of result, dead letter, and first reply
 * @param unexplained answers to requests that are not on the request topic, by the request; and
 *     answers that do not say which request they are to, by themselves
 * @param openTransactions that may withhold the answers that are missing; empty when none is
 */
public record Verdict(
    long requests,
    Map<String, Long> byStatus,
    long deadLetters,
    long replies,
    long repeatedReplies,
    long older,
    Problem missing,
    Problem duplicate,
    Problem unexplained,
    List<OpenTransaction> openTransactions) {
  public Verdict {
    openTransactions = List.copyOf(openTransactions);
    byStatus = Collections.unmodifiableMap(new TreeMap<>(byStatus));
  }

  /** How often something is wrong, and where for example. */
  public record Problem(long count, List<RecordCoordinates> examples) {
    public Problem {
      examples = List.copyOf(examples);
    }
  }

  /** The same, with these. */
  Verdict withOpenTransactions(List<OpenTransaction> open) {
    return new Verdict(
        requests,
        byStatus,
        deadLetters,
        replies,
        repeatedReplies,
        older,
        missing,
        duplicate,
        unexplained,
        open);
  }

  /** Whether conservation holds. */
  public boolean holds() {
    return missing.count() == 0 && duplicate.count() == 0 && unexplained.count() == 0;
  }
}
