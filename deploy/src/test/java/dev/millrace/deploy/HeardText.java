package dev.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What who waits for a text has heard of it, in the order in which it was written. */
final class HeardText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String id;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();

  /**
   * A piece.
   *
   * @param number of its last token, from 0
   * @param written epoch milliseconds
   */
  private record Piece(int number, String text, long written) {}

  private record Answer(String status, String text) {}

  HeardText(String id) {
    this.id = id;
  }

  /** The request that a record belongs to. */
  static String request(ConsumerRecord<byte[], byte[]> record) {
    return header(record, "millrace-request-id");
  }

  String id() {
    return id;
  }

  void add(ConsumerRecord<byte[], byte[]> record) throws IOException {
    String text = JSON.readTree(record.value()).at("/choices/0/text").asText();
    if (record.headers().lastHeader("millrace-sequence") == null) {
      answers.add(new Answer(header(record, "millrace-status"), text));
    } else {
      int number = Integer.parseInt(header(record, "millrace-sequence"));
      pieces.add(new Piece(number, text, record.timestamp()));
    }
  }

  boolean isAnswered() {
    return !answers.isEmpty();
  }

  /** The answer to a request that is answered on the result topic, so exactly once. */
  String answeredOnce() {
    assertThat(answers).as("answers of %s", id).hasSize(1);
    return answered();
  }

  /** The answer, which on the reply topic may be repeated, but not be another. */
  String answered() {
    assertThat(answers).as("answers of %s", id).isNotEmpty();
    assertThat(answers.stream().distinct()).as("different answers of %s", id).hasSize(1);
    assertThat(answers.get(0).status()).as("status of %s", id).isEqualTo("ok");
    return answers.get(0).text();
  }

  /** All pieces in the order of their numbers; one that came again is the piece it was. */
  String putTogether() {
    Map<Integer, String> heard = new HashMap<>();
    StringBuilder text = new StringBuilder();
    int last = -1;
    for (Piece piece : pieces) {
      String before = heard.putIfAbsent(piece.number(), piece.text());
      if (before != null) {
        assertThat(piece.text()).as("piece %d of %s", piece.number(), id).isEqualTo(before);
      }
      if (piece.number() > last) {
        text.append(piece.text());
        last = piece.number();
      }
    }
    return text.toString();
  }

  /** The number of the last piece that was written between two times. */
  OptionalInt lastBetween(long after, long before) {
    return pieces.stream()
        .filter(piece -> piece.written() > after && piece.written() < before)
        .mapToInt(Piece::number)
        .reduce((one, next) -> next);
  }

  /** The number of the first piece that was written after a time. */
  OptionalInt firstAfter(long time) {
    return pieces.stream()
        .filter(piece -> piece.written() > time)
        .mapToInt(Piece::number)
        .findFirst();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    assertThat(header).as("header %s of %s", name, record).isNotNull();
    return new String(header.value(), UTF_8);
  }
}
