package dev.millrace.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * The lines that could not be written. Added to by the producer's thread, read by the command's.
 */
final class SendFailures {
  /** More of them say nothing new. */
  private static final int SHOWN = 5;

  /** A line that could not be written. */
  record Failure(long line, String reason) {}

  private final List<Failure> first = new ArrayList<>();
  private long count;
  private boolean hopeless;

  synchronized void add(long line, Exception reason) {
    count++;
    hopeless |= !isOfTheRecord(reason);
    first.add(new Failure(line, String.valueOf(reason.getMessage())));
    // Failures come in the order in which batches end.
    first.sort(Comparator.comparingLong(Failure::line));
    if (first.size() > SHOWN) {
      first.remove(SHOWN);
    }
  }

  synchronized long count() {
    return count;
  }

  /** Those of the first lines. */
  synchronized List<Failure> first() {
    return List.copyOf(first);
  }

  /** Whether the next lines would fail as well: the broker is gone, or does not let us write. */
  synchronized boolean isHopeless() {
    return hopeless;
  }

  private static boolean isOfTheRecord(Exception reason) {
    return reason instanceof RecordTooLargeException
        || reason instanceof InvalidRecordException
        || reason instanceof InvalidTimestampException;
  }
}
