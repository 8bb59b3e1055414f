package dev.millrace.protocol;

/** Where a record stands in Kafka. */
public record RecordCoordinates(String topic, int partition, long offset) {
  /** {@code topic/partition/offset}, as the {@code millrace-source} header has it. */
  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }

  /** {@code topic-partition-offset}: the id of a request that brings none. */
  public String asRequestId() {
    return topic + "-" + partition + "-" + offset;
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when the text is no coordinates
   */
  public static RecordCoordinates parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("'" + text + "' is not topic/partition/offset");
    }
    return new RecordCoordinates(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
  }
}
