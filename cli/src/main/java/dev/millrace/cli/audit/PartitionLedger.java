package dev.millrace.cli.audit;

import java.util.function.LongConsumer;

/** The requests of one partition, and which of them were answered how, by offset. */
final class PartitionLedger {
  private final OffsetSet requested = new OffsetSet();

  /** Has a result or a dead letter. */
  private final OffsetSet answered = new OffsetSet();

  /** Has more than one of these. */
  private final OffsetSet answeredAgain = new OffsetSet();

  /** Has a reply on a topic of its own. */
  private final OffsetSet replied = new OffsetSet();

  private long beginning;
  private long outstanding;

  /** Tells that records before this offset are no longer on the topic. */
  void beginsAt(long offset) {
    beginning = offset;
  }

  void request(long offset) {
    if (requested.add(offset) && !isAnswered(offset)) {
      outstanding++;
    }
  }

  void answer(long offset) {
    settle(offset);
    if (!answered.add(offset)) {
      answeredAgain.add(offset);
    }
  }

  /** Tells whether it is the first reply. */
  boolean reply(long offset) {
    settle(offset);
    return replied.add(offset);
  }

  private void settle(long offset) {
    if (!isAnswered(offset) && requested.contains(offset)) {
      outstanding--;
    }
  }

  boolean isAnswered(long offset) {
    return answered.contains(offset) || replied.contains(offset);
  }

  long requests() {
    return requested.size();
  }

  /** Requests without an answer. */
  long outstanding() {
    return outstanding;
  }

  void forEachMissing(LongConsumer visitor) {
    if (outstanding > 0) {
      requested.forEach(
          offset -> {
            if (!isAnswered(offset)) {
              visitor.accept(offset);
            }
          });
    }
  }

  /** A reply stands for the result, so a request that has both was answered twice. */
  void forEachDuplicate(LongConsumer visitor) {
    answeredAgain.forEach(visitor);
    replied.forEach(
        offset -> {
          if (answered.contains(offset) && !answeredAgain.contains(offset)) {
            visitor.accept(offset);
          }
        });
  }

  /** Answers to requests that the topic still had to have. */
  void forEachUnexplained(LongConsumer visitor) {
    forEachStranger(
        offset -> {
          if (offset < 0 || offset >= beginning) {
            visitor.accept(offset);
          }
        });
  }

  /** Answers to requests that were deleted with the beginning of the topic. */
  void forEachOlder(LongConsumer visitor) {
    forEachStranger(
        offset -> {
          if (offset >= 0 && offset < beginning) {
            visitor.accept(offset);
          }
        });
  }

  private void forEachStranger(LongConsumer visitor) {
    answered.forEach(
        offset -> {
          if (!requested.contains(offset)) {
            visitor.accept(offset);
          }
        });
    replied.forEach(
        offset -> {
          if (!requested.contains(offset) && !answered.contains(offset)) {
            visitor.accept(offset);
          }
        });
  }
}
