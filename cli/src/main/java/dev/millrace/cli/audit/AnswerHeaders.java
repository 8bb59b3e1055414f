package dev.millrace.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What the headers of an answer say of its request. */
public final class AnswerHeaders {
  private AnswerHeaders() {}

  /**
   * The coordinates of the request that a result or reply answers; empty when it says none, or is a
   * piece of a text, which answers nothing yet.
   */
  public static Optional<RecordCoordinates> source(ConsumerRecord<byte[], byte[]> answer) {
    if (answer.headers().lastHeader(HeaderNames.SEQUENCE) != null) {
      return Optional.empty();
    }
    return header(answer, HeaderNames.SOURCE)
        .flatMap(
            text -> {
              try {
                return Optional.of(RecordCoordinates.parse(text));
              } catch (IllegalArgumentException e) {
                return Optional.empty();
              }
            });
  }

  /** The coordinates of the record that a dead letter holds; empty when it says none. */
  public static Optional<RecordCoordinates> deadLetterSource(
      ConsumerRecord<byte[], byte[]> letter) {
    Optional<String> topic = header(letter, "__connect.errors.topic");
    Optional<String> partition = header(letter, "__connect.errors.partition");
    Optional<String> offset = header(letter, "__connect.errors.offset");
    if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RecordCoordinates(
              topic.get(), Integer.parseInt(partition.get()), Long.parseLong(offset.get())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The last header of a name, as text. */
  public static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), UTF_8));
  }
}
