package dev.millrace.jobs;

import static dev.millrace.jobs.Answers.header;
import static dev.millrace.jobs.Answers.status;
import static dev.millrace.jobs.Answers.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.RecordCoordinates;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bad-input table, row by row, against a real broker; the job is not allowed a single restart.
 */
class BadInputIT {
  private static final String IMAGE = "0,".repeat(63) + "0";
  private static final String GOOD =
      """
      {"id":"good","model_name":"digits","inputs":[
        {"name":"image","datatype":"FP32","shape":[1,1,8,8],"data":[%s]}]}"""
          .formatted(IMAGE);

  @TempDir static Path directory;
  private static RunningJob job;

  @BeforeAll
  static void start() throws Exception {
    job = RunningJob.withoutRestarts(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    job.close();
  }

  @Test
  void whatHoldsNoRequestBecomesADeadLetterWithItsBytesKept() throws Exception {
    byte[] random = new byte[500];
    new Random(1).nextBytes(random);
    Map<String, byte[]> records = new LinkedHashMap<>();
    records.put("empty value", new byte[0]);
    records.put("no value", null);
    records.put("random bytes", random);
    records.put("truncated JSON", GOOD.substring(0, 120).getBytes(UTF_8));
    records.put("deep nesting", ("{\"a\":" + "[".repeat(5_000)).getBytes(UTF_8));
    records.put(
        "a closed deep nesting",
        ("{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}").getBytes(UTF_8));
    records.put("invalid UTF-8", invalidUtf8());
    records.put("a JSON array", "[1,2,3]".getBytes(UTF_8));
    records.put("a JSON number", "17".getBytes(UTF_8));
    records.put("duplicate keys", GOOD.replace("{\"id\"", "{\"id\":\"x\",\"id\"").getBytes(UTF_8));

    Map<String, RecordCoordinates> sent = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      sent.put(
          record.getKey(),
          job.send(
              new ProducerRecord<>("millrace.requests", "key".getBytes(UTF_8), record.getValue())));
    }
    Answers answers = job.awaitAnswers(sent.values());

    for (Map.Entry<String, RecordCoordinates> record : sent.entrySet()) {
      ConsumerRecord<byte[], byte[]> answer = answers.of(record.getValue());
      assertThat(status(answer)).as(record.getKey()).isEqualTo("dead letter");
      assertThat(answer.value()).as(record.getKey()).isEqualTo(records.get(record.getKey()));
      assertThat(answer.key()).isEqualTo("key".getBytes(UTF_8));
      assertThat(header(answer, "__connect.errors.exception.message"))
          .as(record.getKey())
          .isNotBlank();
    }
  }

  @Test
  void tenMegabytesOfOpeningBracketsBecomeADeadLetterThatIsCut() throws Exception {
    byte[] brackets = new byte[10 << 20];
    Arrays.fill(brackets, (byte) '[');

    ConsumerRecord<byte[], byte[]> answer =
        answerTo(new ProducerRecord<>("millrace.requests", brackets));

    assertThat(status(answer)).isEqualTo("dead letter");
    assertThat(answer.value().length).isBetween(500_000, 1_000_000);
    assertThat(header(answer, "millrace-original-length")).isEqualTo("10485760");
    assertThat(header(answer, "millrace-original-sha256")).hasSize(64);
  }

  @Test
  void anUnknownModelOrVersionIsRejectedNamingThoseThatExist() throws Exception {
    assertRejected(GOOD.replace("digits", "letters"), "letters", "digits");
    assertRejected(
        "{\"id\":\"good\",\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}",
        "model_name");
    assertRejected(GOOD.replace("\"inputs\"", "\"model_version\":\"99\",\"inputs\""), "99", "1");
  }

  @Test
  void aBadTensorIsRejectedNamingItWithWhatWasExpectedAndFound() throws Exception {
    assertRejected(GOOD.replace("[1,1,8,8]", "[1,1,4,16]"), "image", "8, 8", "4, 16");
    assertRejected(GOOD.replace("FP32", "FP64"), "image", "FP32", "FP64");
    assertRejected(GOOD.replace("[" + IMAGE + "]", "[1,2,3]"), "image", "64", "3");
    assertRejected(GOOD.replace("[1,1,8,8]", "[-1,1,8,8]"), "image", "-1");
    assertRejected(GOOD.replace("[1,1,8,8]", "[9223372036854775807,9223372036854775807]"), "image");
    assertRejected(GOOD.replace("[0,", "[NaN,"), "image", "NaN");
    assertRejected(GOOD.replace("[0,", "[Infinity,"), "image", "Infinity");
    assertRejected(
        GOOD.replace("FP32", "INT64").replace("[0,", "[99999999999999999999999,"), "image");
  }

  @Test
  void aRequestOverThePayloadLimitIsRejectedWithItsId() throws Exception {
    String huge = GOOD.replace("[0,", "[" + "0,".repeat(4_500_000) + "0,");

    ConsumerRecord<byte[], byte[]> answer = answerTo(RunningJob.request(huge));

    assertThat(status(answer)).isEqualTo("rejected");
    assertThat(text(answer)).contains("\"id\":\"good\"", "payload_too_large", "8388608");
  }

  @Test
  void malformedHeadersAndTimestampsAreServedByDefaults() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(withHeader("millrace-priority", "abc"));
    records.add(withHeader("traceparent", "not-a-trace"));
    records.add(withHeader("millrace-deadline", "tomorrow"));
    records.add(withHeader("millrace-tenant", ""));
    records.add(withHeader("content-type", "text/plain"));
    records.add(stamped(0));
    records.add(stamped(4_102_444_800_000L));

    List<RecordCoordinates> sent = job.sendAll(records);
    Answers answers = job.awaitAnswers(sent);

    for (RecordCoordinates request : sent) {
      assertThat(status(answers.of(request))).isEqualTo("ok");
    }
  }

  @Test
  void aReplyTopicThatMayNotBeUsedIsNeverWrittenTo() throws Exception {
    for (String topic : List.of("millrace.dead-letters", "elsewhere", "millrace.replies.none")) {
      ConsumerRecord<byte[], byte[]> answer = answerTo(withHeader("millrace-reply-topic", topic));

      assertThat(answer.topic()).as(topic).isEqualTo("millrace.results");
      assertThat(status(answer)).as(topic).isEqualTo("rejected");
      assertThat(text(answer)).contains(topic);
    }
  }

  @Test
  void anAllowedReplyTopicIsAnsweredThereInsteadOfOnTheResultTopic() throws Exception {
    ConsumerRecord<byte[], byte[]> answer =
        answerTo(withHeader("millrace-reply-topic", RunningJob.REPLIES));

    assertThat(answer.topic()).isEqualTo(RunningJob.REPLIES);
    assertThat(status(answer)).isEqualTo("ok");
  }

  @Test
  void aDeadLetterThatWouldBeTooLargeWithItsHeadersIsCut() throws Exception {
    byte[] value = new byte[900_000];
    Arrays.fill(value, (byte) '{');
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("millrace.requests", value);
    record.headers().add("large", new byte[400_000]);

    ConsumerRecord<byte[], byte[]> answer = answerTo(record);

    assertThat(status(answer)).isEqualTo("dead letter");
    assertThat(header(answer, "millrace-original-length")).isEqualTo("900000");
    assertThat(answer.value().length).isLessThan(900_000);
  }

  @Test
  void theSameIdTwiceIsTwoRequestsWithTwoAnswers() throws Exception {
    List<RecordCoordinates> sent =
        job.sendAll(List.of(RunningJob.request(GOOD), RunningJob.request(GOOD)));
    Answers answers = job.awaitAnswers(sent);

    assertThat(sent).allMatch(request -> status(answers.of(request)).equals("ok"));
  }

  @Test
  void aRequestThatAKeyMakesUnanswerableWholeIsAnsweredWithoutTheKey() throws Exception {
    ConsumerRecord<byte[], byte[]> answer =
        answerTo(
            new ProducerRecord<>("millrace.requests", new byte[1_500_000], GOOD.getBytes(UTF_8)));

    assertThat(status(answer)).isEqualTo("failed");
    assertThat(text(answer)).contains("result_too_large");
    assertThat(answer.key()).isNull();
  }

  private static void assertRejected(String body, String... named) throws Exception {
    ConsumerRecord<byte[], byte[]> answer = answerTo(RunningJob.request(body));
    assertThat(status(answer)).as(body).isEqualTo("rejected");
    assertThat(text(answer)).contains("\"id\":\"good\"").contains(named);
  }

  private static ConsumerRecord<byte[], byte[]> answerTo(ProducerRecord<byte[], byte[]> record)
      throws Exception {
    return job.awaitAnswer(job.send(record));
  }

  private static ProducerRecord<byte[], byte[]> withHeader(String name, String value) {
    ProducerRecord<byte[], byte[]> record = RunningJob.request(GOOD);
    record.headers().add(name, value.getBytes(UTF_8));
    return record;
  }

  private static ProducerRecord<byte[], byte[]> stamped(long timestamp) {
    return new ProducerRecord<>("millrace.requests", null, timestamp, null, GOOD.getBytes(UTF_8));
  }

  private static byte[] invalidUtf8() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("{\"id\":\"".getBytes(UTF_8));
    bytes.write(new byte[] {(byte) 0xC3, (byte) 0x28});
    bytes.write("\"}".getBytes(UTF_8));
    return bytes.toByteArray();
  }
}
