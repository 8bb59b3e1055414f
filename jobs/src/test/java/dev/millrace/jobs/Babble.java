package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Completions of a text model with random weights: nonsense, but the same each time. */
final class Babble {
  private static final Path MODELS = Path.of("../engines/src/test/resources/models");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Babble() {}

  /** The model beside the digits, in a repository of their own. */
  static Path repository(Path repository) throws IOException {
    copy(MODELS.resolve("babble"), repository.resolve("babble"));
    copy(
        Path.of(System.getProperty("millrace.models"), "digits", "1"),
        repository.resolve("digits/1"));
    return repository;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /**
   * A completion request.
   *
   * @param fields beside id and model, in single quotes
   */
  static ProducerRecord<byte[], byte[]> request(String id, String fields) {
    return RunningJob.request(
        "{'id': '%s', 'model': 'babble', %s}".formatted(id, fields).replace('\'', '"'));
  }

  /** The same, to be answered on the reply topic. */
  static ProducerRecord<byte[], byte[]> streamed(String id, String fields) {
    ProducerRecord<byte[], byte[]> request = request(id, "'stream': true, " + fields);
    request.headers().add("millrace-reply-topic", RunningJob.REPLIES.getBytes(UTF_8));
    return request;
  }

  static JsonNode body(ConsumerRecord<byte[], byte[]> answer) throws IOException {
    return JSON.readTree(answer.value());
  }

  /** The text of the first choice. */
  static String text(ConsumerRecord<byte[], byte[]> answer) throws IOException {
    return body(answer).at("/choices/0/text").textValue();
  }
}
