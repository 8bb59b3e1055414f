package dev.millrace.gateway.tasks;

/**
 * How far a partition has been projected, as the database has it.
 *
 * @param next the offset to be read next, or {@link #BEGINNING}
 * @param base what is added to an offset to make a position
 */
record StoredOffset(long next, long base) {
  /** Stands for the first offset that there is. */
  static final long BEGINNING = -1;

  boolean isBeginning() {
    return next == BEGINNING;
  }

  /** The same when all before that offset is projected. */
  StoredOffset advancedTo(long offset) {
    return new StoredOffset(offset, base);
  }

  /**
   * The same when the partition is to be read from its beginning, since the offset is not there.
   * Behind its end, it is another topic of the same name: positions go on from where they were.
   *
   * @param end the offset behind the last record
   */
  StoredOffset restarted(long end) {
    return new StoredOffset(BEGINNING, next > end ? base + next : base);
  }

  /** Where a record stands among all that the partition has ever had. */
  long position(long offset) {
    return base + offset;
  }
}
