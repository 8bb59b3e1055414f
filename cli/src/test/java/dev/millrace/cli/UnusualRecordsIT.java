package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.protocol.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What produce, consume and audit do with records that are not as one would wish, on a real broker.
 * Each test has topics of its own.
 */
class UnusualRecordsIT {
  @TempDir static Path directory;

  private static LocalBroker broker;

  private String requests;
  private String results;
  private String deadLetters;
  private String replies;
  private String output = "";
  private String errors = "";

  @BeforeAll
  static void startBroker() throws Exception {
    broker = LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("broker")));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName();
    requests = name + ".requests";
    results = name + ".results";
    deadLetters = name + ".dead-letters";
    replies = name + ".replies";
    List<TopicSpecification> topics = new ArrayList<>();
    for (String topic : List.of(requests, results, deadLetters, replies)) {
      topics.add(new TopicSpecification(topic, 1, Map.of()));
    }
    Topics.create(broker.bootstrapServers(), Map.of(), topics);
  }

  @Test
  void consumesWhatIsProducedByteForByte() throws Exception {
    String lines = "{\"id\": \"a\"}\n\n \u00ff\u00fe no text\r\n  \nlast";
    Path file = Files.write(directory.resolve("lines"), lines.getBytes(ISO_8859_1));

    assertThat(produce(file)).isEqualTo(ExitCode.OK);
    assertThat(output).contains("3 records written to " + requests);
    assertThat(consume("--from-beginning", "--max", "3")).isEqualTo(ExitCode.OK);
    assertThat(output).isEqualTo("{\"id\": \"a\"}\n \u00ff\u00fe no text\r\nlast\n");
  }

  @Test
  void givesRecordsTheKeysAndHeadersAskedFor() throws Exception {
    Path file = Files.writeString(directory.resolve("keyed"), "{\"id\": \"a\"}\n{}\n");

    produce(file, "--key-from-id", "--header", "millrace-priority=1", "--header", "h=a=b");
    consume("--from-beginning", "--max", "2", "--headers");

    assertThat(output.lines())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("{\"partition\":0,\"offset\":0,\"timestamp\":")
                    .contains("\"key\":\"a\"")
                    .contains("\"headers\":{\"millrace-priority\":\"1\",\"h\":\"a=b\"}"),
            second -> assertThat(second).contains("\"key\":null"));
  }

  @Test
  void namesTheLineThatCannotBeWrittenAndWritesTheOthers() throws Exception {
    Path file = Files.writeString(directory.resolve("large"), "a\n" + "x".repeat(2000) + "\nb\n");

    assertThat(produce(file, "-P", "max.request.size=1000")).isEqualTo(ExitCode.CHECK_FAILED);

    assertThat(output).contains("2 records written");
    assertThat(errors).contains("line 2: ").contains("millrace: 1 lines not written");
    assertThat(consume("--from-beginning", "--max", "2")).isEqualTo(ExitCode.OK);
    assertThat(output).isEqualTo("a\nb\n");
  }

  @Test
  void keepsToTheRate() throws Exception {
    Path file = Files.writeString(directory.resolve("paced"), "a\n".repeat(11));
    long start = System.nanoTime();

    produce(file, "--rate", "10");

    assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
  }

  @Test
  void beginsWithTheNextRecordUnlessAskedForTheOldest() throws Exception {
    write(requests, "before");

    assertThat(consume("--timeout", "1s")).isEqualTo(ExitCode.OK);
    assertThat(output).isEmpty();
  }

  @Test
  void endsWithOneWhenFewerCameThanAskedFor() throws Exception {
    write(requests, "only");

    assertThat(consume("--from-beginning", "--max", "2", "--timeout", "1s"))
        .isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(output).isEqualTo("only\n");
  }

  @Test
  void showsNothingOfAnAbortedTransaction() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = transactional()) {
      producer.beginTransaction();
      send(producer, new ProducerRecord<>(requests, bytes("aborted")));
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, new ProducerRecord<>(requests, bytes("committed")));
      producer.commitTransaction();
    }

    consume("--from-beginning", "--timeout", "1s");

    assertThat(output).isEqualTo("committed\n");
  }

  @Test
  void findsTheMissingTheDuplicateAndTheUnexplained() throws Exception {
    write(requests, "a");
    write(requests, "b");
    answer(0, "ok");
    answer(0, "ok");
    answer(9, "ok");
    write(results, "says nothing");

    assertThat(audit()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(output)
        .containsPattern("missing +1, such as " + requests + "/0/1")
        .containsPattern("duplicate +1, such as " + requests + "/0/0")
        .containsPattern("unexplained +2, such as " + results + "/0/3, " + requests + "/0/9");
  }

  @Test
  void takesAResultAndAReplyForADuplicate() throws Exception {
    write(requests, "a", HeaderNames.REPLY_TOPIC, replies);
    answer(0, "ok");
    reply(0);

    assertThat(audit()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(output).containsPattern("duplicate +1");
  }

  @Test
  void findsARequestMissingWhoseReplyTopicIsNotThere() throws Exception {
    write(requests, "a", HeaderNames.REPLY_TOPIC, "no-such-topic");

    assertThat(audit()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(output).containsPattern("missing +1, such as " + requests + "/0/0");
  }

  @Test
  void countsNeitherAbortedRecordsNorTransactionMarkers() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = transactional()) {
      producer.beginTransaction();
      send(producer, new ProducerRecord<>(requests, bytes("aborted")));
      producer.abortTransaction();
      producer.beginTransaction();
      // Offsets 0 and 1 are the aborted record and its marker.
      send(producer, new ProducerRecord<>(requests, bytes("committed")));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, answerTo(2, "ok"));
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, answerTo(2, "ok"));
      producer.commitTransaction();
    }

    assertThat(audit("--json")).isEqualTo(ExitCode.OK);
    assertThat(output).contains("\"requests\":1,\"answered\":{\"ok\":1}");
  }

  @Test
  void excusesAnswersToRequestsThatWereDeleted() throws Exception {
    write(requests, "a");
    write(requests, "b");
    answer(0, "ok");
    answer(1, "ok");
    try (Admin admin = Admin.create(client())) {
      admin
          .deleteRecords(Map.of(new TopicPartition(requests, 0), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }

    assertThat(audit("--json")).isEqualTo(ExitCode.OK);
    assertThat(output).contains("\"requests\":1,").contains("\"older\":1,");
  }

  @Test
  void holdsForTopicsWithNothingInThem() {
    assertThat(audit()).isEqualTo(ExitCode.OK);
    assertThat(output).contains("Every request has exactly one answer.");
  }

  private void answer(long offset, String status) throws Exception {
    send(answerTo(offset, status));
  }

  private ProducerRecord<byte[], byte[]> answerTo(long offset, String status) {
    return record(results, "{}", HeaderNames.SOURCE, source(offset), HeaderNames.STATUS, status);
  }

  private void reply(long offset) throws Exception {
    write(replies, "{}", HeaderNames.SOURCE, source(offset), HeaderNames.STATUS, "ok");
  }

  private String source(long offset) {
    return requests + "/0/" + offset;
  }

  private static void write(String topic, String value, String... headers) throws Exception {
    send(record(topic, value, headers));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String value, String... headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(value));
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], bytes(headers[i + 1]));
    }
    return record;
  }

  private static void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, record);
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
      throws Exception {
    producer.send(record).get();
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    Map<String, Object> properties = client();
    properties.put("transactional.id", requests);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static Map<String, Object> client() {
    return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private int produce(Path file, String... more) {
    return execute(concat(List.of("produce", file.toString(), "--topic", requests), List.of(more)));
  }

  private int consume(String... more) {
    return execute(concat(List.of("consume", "--topic", requests), List.of(more)));
  }

  private int audit(String... more) {
    return execute(
        concat(
            List.of(
                "audit",
                "--requests",
                requests,
                "--results",
                results,
                "--dead-letters",
                deadLetters),
            List.of(more)));
  }

  private static String[] concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all.toArray(String[]::new);
  }

  /** Values go to the standard output of the process, everything else to that of the command. */
  private int execute(String... arguments) {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    PrintStream standardOutput = System.out;
    System.setOut(new PrintStream(values, true, UTF_8));
    try {
      Execution execution =
          Execution.of(
              concat(List.of(arguments), List.of("--bootstrap-server", broker.bootstrapServers())));
      boolean printsValues = arguments[0].equals("consume");
      output = printsValues ? values.toString(ISO_8859_1) : execution.out();
      errors = execution.err();
      return execution.status();
    } finally {
      System.setOut(standardOutput);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
