package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What a read_committed consumer saw on the result, reply and dead-letter topics, by the request
 * that it answers.
 */
final class Answers {
  private final Map<RecordCoordinates, List<ConsumerRecord<byte[], byte[]>>> bySource =
      new HashMap<>();

  /** Pieces of texts, which are no answers. */
  private final Map<RecordCoordinates, List<ConsumerRecord<byte[], byte[]>>> pieces =
      new HashMap<>();

  void add(ConsumerRecord<byte[], byte[]> answer) {
    boolean piece = answer.headers().lastHeader(HeaderNames.SEQUENCE) != null;
    (piece ? pieces : bySource)
        .computeIfAbsent(source(answer), source -> new ArrayList<>())
        .add(answer);
  }

  /** Whether each of these requests has an answer. */
  boolean holds(Collection<RecordCoordinates> requests) {
    return bySource.size() >= requests.size() && bySource.keySet().containsAll(requests);
  }

  ConsumerRecord<byte[], byte[]> of(RecordCoordinates request) {
    List<ConsumerRecord<byte[], byte[]>> answers = bySource.getOrDefault(request, List.of());
    assertThat(answers).as("answers of %s", request).hasSize(1);
    return answers.get(0);
  }

  /** The answers of a request: on the reply topic, which is at least once, there may be several. */
  List<ConsumerRecord<byte[], byte[]>> allOf(RecordCoordinates request) {
    return bySource.getOrDefault(request, List.of());
  }

  /** The pieces of a text, in the order in which they were written. */
  List<ConsumerRecord<byte[], byte[]>> piecesOf(RecordCoordinates request) {
    return pieces.getOrDefault(request, List.of()).stream()
        .sorted(Comparator.comparingLong(ConsumerRecord::offset))
        .toList();
  }

  /** Conservation: each of these requests has exactly one answer, and nothing else has any. */
  void assertExactlyOneFor(Collection<RecordCoordinates> requests) {
    assertThat(bySource.keySet()).containsExactlyInAnyOrderElementsOf(requests);
    assertThat(bySource.values()).allMatch(answers -> answers.size() == 1);
  }

  /** The requests with a key, in the order in which their results were written. */
  List<RecordCoordinates> requestsInOrderOfAnswers(String key) {
    return bySource.values().stream()
        .flatMap(List::stream)
        .filter(answer -> answer.topic().equals("millrace.results"))
        .filter(answer -> answer.key() != null && new String(answer.key(), UTF_8).equals(key))
        .sorted(Comparator.comparingLong(ConsumerRecord::offset))
        .map(Answers::source)
        .toList();
  }

  long count(String status) {
    return bySource.values().stream()
        .flatMap(List::stream)
        .filter(answer -> status(answer).equals(status))
        .count();
  }

  static boolean isDeadLetter(ConsumerRecord<byte[], byte[]> answer) {
    return answer.topic().equals("millrace.dead-letters");
  }

  static String status(ConsumerRecord<byte[], byte[]> answer) {
    return isDeadLetter(answer) ? "dead letter" : header(answer, HeaderNames.STATUS);
  }

  static String text(ConsumerRecord<byte[], byte[]> answer) {
    return new String(answer.value(), UTF_8);
  }

  static String header(ConsumerRecord<byte[], byte[]> answer, String name) {
    Header header = answer.headers().lastHeader(name);
    assertThat(header).as("header %s of %s", name, answer).isNotNull();
    return new String(header.value(), UTF_8);
  }

  private static RecordCoordinates source(ConsumerRecord<byte[], byte[]> answer) {
    if (isDeadLetter(answer)) {
      return new RecordCoordinates(
          header(answer, "__connect.errors.topic"),
          Integer.parseInt(header(answer, "__connect.errors.partition")),
          Long.parseLong(header(answer, "__connect.errors.offset")));
    }
    return RecordCoordinates.parse(header(answer, HeaderNames.SOURCE));
  }
}
