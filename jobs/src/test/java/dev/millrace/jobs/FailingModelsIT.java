package dev.millrace.jobs;

import static dev.millrace.jobs.Answers.status;
import static dev.millrace.jobs.Answers.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.protobuf.wire.InferTensorContents;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several models side by side, some of which fail or say too much; the job is not allowed a single
 * restart.
 */
class FailingModelsIT {
  @TempDir static Path directory;
  private static RunningJob job;

  @BeforeAll
  static void start() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    Path models = Path.of(System.getProperty("millrace.home"), "engines/src/test/resources/models");
    job =
        RunningJob.start(
            directory, options, new PyTorchEngineProvider(new EngineSettings("cpu", 1)), models);
  }

  @AfterAll
  static void stop() throws Exception {
    job.close();
  }

  @Test
  void aRequestThatMakesTheEngineThrowFailsAloneAndItsBatchMatesAreScored() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = 0; number < 400; number++) {
      int value = number % 50 == 7 ? -1 : number;
      records.add(RunningJob.request(request("picky", "FP32", "[1,2]", "[%d,1]".formatted(value))));
    }
    List<RecordCoordinates> sent = job.sendAll(records);
    Answers answers = job.awaitAnswers(sent);

    boolean failedInABatch = false;
    for (int number = 0; number < sent.size(); number++) {
      var answer = answers.of(sent.get(number));
      if (number % 50 == 7) {
        assertThat(status(answer)).isEqualTo("failed");
        assertThat(text(answer)).contains("engine_failure", "negative numbers are not welcome");
        failedInABatch |= !Answers.header(answer, "millrace-batch-size").equals("1");
      } else {
        assertThat(status(answer)).isEqualTo("ok");
        assertThat(text(answer)).contains("[%d.0,1.0]".formatted(number));
      }
    }
    assertThat(failedInABatch).as("some guilty request had batch-mates").isTrue();
  }

  @Test
  void aResultThatIsTooLargeToBeSentFailsWithItsSizesAndTheJobGoesOn() throws Exception {
    var answer = job.awaitAnswer(job.send(request("wide", "FP32", "[1,1]", "[3]")));

    assertThat(status(answer)).isEqualTo("failed");
    assertThat(text(answer)).contains("result too large", "1000000");

    var next = job.awaitAnswer(job.send(request("affine", "FP32", "[1,3]", "[1,2,3]")));
    assertThat(text(next)).contains("[3.0,5.0,7.0]");
  }

  @Test
  void modelsOfAllKindsAreServedSideBySide() throws Exception {
    assertAnswer(request("row-sum", "FP32", "[1,4]", "[1,2,3,4]"), "[10.0]");
    assertAnswer(request("fixed", "FP32", "[3]", "[1,2,3]"), "[3.0,5.0,7.0]");
    assertAnswer(request("undeclared", "FP64", "[2]", "[0.5,1]"), "output0", "[2.0,3.0]");
  }

  @Test
  void aRequestInProtobufIsAnsweredInProtobuf() throws Exception {
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .setModelName("affine")
            .setId("p")
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("FP32")
                    .addAllShape(List.of(1L, 3L))
                    .setContents(
                        InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 2f, 3f))))
            .build();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("millrace.requests", request.toByteArray());
    record.headers().add("content-type", "application/x-protobuf".getBytes(UTF_8));

    var answer = job.awaitAnswer(job.send(record));

    assertThat(Answers.header(answer, "content-type")).isEqualTo("application/x-protobuf");
    ModelInferResponse response = ModelInferResponse.parseFrom(answer.value());
    assertThat(response.getId()).isEqualTo("p");
    assertThat(
            response
                .getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer())
        .isEqualTo(FloatBuffer.wrap(new float[] {3, 5, 7}));
  }

  private static void assertAnswer(String request, String... parts) throws Exception {
    var answer = job.awaitAnswer(job.send(request));
    assertThat(status(answer)).as(text(answer)).isEqualTo("ok");
    assertThat(text(answer)).contains(parts);
  }

  private static String request(String model, String datatype, String shape, String data) {
    return """
        {"id":"x","model_name":"%s","inputs":[{"name":"x","datatype":"%s","shape":%s,"data":%s}]}"""
        .formatted(model, datatype, shape, data);
  }
}
