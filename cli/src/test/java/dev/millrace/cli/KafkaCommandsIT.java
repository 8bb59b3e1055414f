package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** produce, consume and audit with a real broker. */
class KafkaCommandsIT {
  @TempDir static Path directory;
  private static LocalBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("broker")));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void whatProduceWritesConsumePrints() throws Exception {
    Names names = topics("a");
    Path file = Files.writeString(directory.resolve("lines"), "{\"id\":\"1\"}\n\n{\"id\":\"2\"}\n");

    Execution produced =
        Execution.of(
            "produce",
            file.toString(),
            "--topic",
            names.requests(),
            "--key",
            "k",
            "--header",
            "millrace-priority=1",
            "--bootstrap-server",
            broker.bootstrapServers());
    assertThat(produced.status()).as(produced.err()).isZero();
    assertThat(produced.out()).contains("2 records written");

    String printed = consume(names.requests(), "--max", "2");
    assertThat(printed.lines()).containsExactly("{\"id\":\"1\"}", "{\"id\":\"2\"}");
    assertThat(consume(names.requests(), "--max", "1", "--headers"))
        .contains("\"key\":\"k\"", "\"millrace-priority\":\"1\"", "\\\"id\\\"");
  }

  @Test
  void aMissingFileOrTopicIsReportedInOneLine() throws Exception {
    Names names = topics("b");
    Execution noFile =
        Execution.of(
            "produce",
            "no-such-file",
            "--topic",
            names.requests(),
            "--bootstrap-server",
            broker.bootstrapServers());
    assertThat(noFile.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(noFile.err()).contains("no-such-file").hasLineCount(1);

    Execution noTopic =
        Execution.of(
            "consume", "--topic", "nowhere", "--bootstrap-server", broker.bootstrapServers());
    assertThat(noTopic.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(noTopic.err()).contains("no topic 'nowhere'").hasLineCount(1);
  }

  @Test
  void auditHoldsWhenEachRequestHasOneAnswer() throws Exception {
    Names names = topics("c");
    writeRequests(names.requests(), 4);
    write(names.results(), 0, names.requests());
    write(names.results(), 1, names.requests());
    write(names.results(), 2, names.requests());
    writeDeadLetter(names, 3);

    Execution audit = audit(names);

    assertThat(audit.status()).as(audit.out()).isZero();
    assertThat(audit.out()).contains("exactly one answer");
  }

  @Test
  void auditFindsWhatIsMissingDuplicateAndUnexplained() throws Exception {
    Names names = topics("d");
    writeRequests(names.requests(), 3);
    write(names.results(), 0, names.requests());
    write(names.results(), 0, names.requests());
    write(names.results(), 77, names.requests());

    Execution audit = audit(names, "--json");

    assertThat(audit.status()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(audit.out())
        .contains(
            "\"holds\":false",
            "\"missing\":{\"count\":2,\"examples\":[\"%s/0/1\",\"%s/0/2\"]}"
                .formatted(names.requests(), names.requests()),
            "\"duplicate\":{\"count\":1,\"examples\":[\"%s/0/0\"]}".formatted(names.requests()),
            "\"unexplained\":{\"count\":1,\"examples\":[\"%s/0/77\"]}".formatted(names.requests()));
  }

  @Test
  void auditDoesNotCountWhatATransactionTookBack() throws Exception {
    Names names = topics("e");
    writeRequests(names.requests(), 1);
    try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(result(names.results(), 0, names.requests())).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(result(names.results(), 0, names.requests())).get();
      producer.commitTransaction();
    }

    assertThat(audit(names).status()).isZero();
  }

  @Test
  void auditSaysWhichTransactionWithholdsAnswers() throws Exception {
    Names names = topics("g");
    writeRequests(names.requests(), 1);
    try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "open"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(result(names.results(), 0, names.requests())).get();

      Execution audit = audit(names);
      assertThat(audit.status()).isEqualTo(ExitCode.CHECK_FAILED);
      assertThat(audit.out())
          .contains(
              "up to 1 of results-g-0 from offset 0 on, until transaction open ends (Ongoing");

      producer.commitTransaction();
    }
    assertThat(audit(names).status()).isZero();
  }

  @Test
  void auditLooksForRepliesOnTheTopicsThatRequestsName() throws Exception {
    Names names = topics("f");
    String replies = "replies-f";
    Topics.create(
        broker.bootstrapServers(), Map.of(), List.of(new TopicSpecification(replies, 1, Map.of())));
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      ProducerRecord<String, String> request = new ProducerRecord<>(names.requests(), "{}");
      request.headers().add("millrace-reply-topic", replies.getBytes(UTF_8));
      producer.send(request).get();
    }
    assertThat(audit(names).status()).as("before the reply").isEqualTo(ExitCode.CHECK_FAILED);

    write(replies, 0, names.requests());
    write(replies, 0, names.requests());

    Execution audit = audit(names);
    assertThat(audit.status()).as(audit.out()).isZero();
    assertThat(audit.out()).contains("1 (and 1 repeats)");
  }

  private record Names(String requests, String results, String deadLetters) {}

  private static Names topics(String suffix) throws Exception {
    Names names = new Names("requests-" + suffix, "results-" + suffix, "dead-letters-" + suffix);
    Topics.create(
        broker.bootstrapServers(),
        Map.of(),
        List.of(
            new TopicSpecification(names.requests(), 1, Map.of()),
            new TopicSpecification(names.results(), 1, Map.of()),
            new TopicSpecification(names.deadLetters(), 1, Map.of())));
    return names;
  }

  private static Execution audit(Names names, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "audit",
                "--requests",
                names.requests(),
                "--results",
                names.results(),
                "--dead-letters",
                names.deadLetters(),
                "--bootstrap-server",
                broker.bootstrapServers()));
    arguments.addAll(List.of(more));
    return Execution.of(arguments.toArray(String[]::new));
  }

  private static String consume(String topic, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "consume",
                "--from-beginning",
                "--topic",
                topic,
                "--bootstrap-server",
                broker.bootstrapServers()));
    arguments.addAll(List.of(more));
    PrintStream standardOut = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, UTF_8));
    try {
      assertThat(Execution.of(arguments.toArray(String[]::new)).status()).isZero();
    } finally {
      System.setOut(standardOut);
    }
    return captured.toString(UTF_8);
  }

  private static void writeRequests(String topic, int count) throws Exception {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      for (int request = 0; request < count; request++) {
        producer.send(new ProducerRecord<>(topic, "{}")).get();
      }
    }
  }

  /** A result for the request at this offset of the topic it came from. */
  private static void write(String topic, int offset, String requests) throws Exception {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(result(topic, offset, requests)).get();
    }
  }

  private static ProducerRecord<String, String> result(String topic, int offset, String requests) {
    ProducerRecord<String, String> result = new ProducerRecord<>(topic, "{}");
    result.headers().add("millrace-source", (requests + "/0/" + offset).getBytes(UTF_8));
    result.headers().add("millrace-status", "ok".getBytes(UTF_8));
    return result;
  }

  private static void writeDeadLetter(Names names, int offset) throws Exception {
    ProducerRecord<String, String> letter = new ProducerRecord<>(names.deadLetters(), "{}");
    letter.headers().add("__connect.errors.topic", names.requests().getBytes(UTF_8));
    letter.headers().add("__connect.errors.partition", "0".getBytes(UTF_8));
    letter.headers().add("__connect.errors.offset", Integer.toString(offset).getBytes(UTF_8));
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(letter).get();
    }
  }

  private static KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> properties = new java.util.HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }
}
