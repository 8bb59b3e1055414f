package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Requests for the digits model: its held-out samples. */
final class Digits {
  private Digits() {}

  static List<String> samples() throws IOException {
    return Files.readAllLines(
        Path.of(System.getProperty("millrace.models"), "digits", "samples.jsonl"), UTF_8);
  }

  /** The model, in a repository of its own, with results that are good for as long as said. */
  static Path caching(Path repository, String ttl) throws IOException {
    Path version = Files.createDirectories(repository.resolve("digits/1"));
    Path original = Path.of(System.getProperty("millrace.models"), "digits", "1");
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : files.toList()) {
        Files.copy(file, version.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        version.resolve("serving.properties"),
        "%nmillrace.cache_ttl=%s%n".formatted(ttl),
        StandardOpenOption.APPEND);
    return repository;
  }

  /** So many requests, from the first sample again after the last. */
  static List<ProducerRecord<byte[], byte[]>> requests(int count) throws IOException {
    List<String> samples = samples();
    return IntStream.range(0, count)
        .mapToObj(number -> RunningJob.request(samples.get(number % samples.size())))
        .toList();
  }
}
