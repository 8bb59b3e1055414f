package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Requests for the digits model: its held-out samples. */
final class Digits {
  private Digits() {}

  static List<String> samples() throws IOException {
    return Files.readAllLines(
        Path.of(System.getProperty("millrace.models"), "digits", "samples.jsonl"), UTF_8);
  }

  /** So many requests, from the first sample again after the last. */
  static List<ProducerRecord<byte[], byte[]>> requests(int count) throws IOException {
    List<String> samples = samples();
    return IntStream.range(0, count)
        .mapToObj(number -> RunningJob.request(samples.get(number % samples.size())))
        .toList();
  }
}
