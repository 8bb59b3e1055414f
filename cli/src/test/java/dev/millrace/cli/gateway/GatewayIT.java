package dev.millrace.cli.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.gateway.ContractClient.Answer;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.protocol.HeaderNames;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.SecurityRequirement;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way: HTTP, Kafka, Flink, libtorch, and back. */
class GatewayIT {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String INFER = "/v2/models/digits/infer";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;

  private static GatewayStack stack;
  private static ContractClient client;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    stack = GatewayStack.start(directory);
    client = stack.client();
    token = stack.token("acme");
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void completesAPrompt() throws Exception {
    Answer answer =
        client.post(
            token,
            COMPLETIONS,
            "{\"model\":\"scribe\",\"prompt\":\"In the beginning\",\"max_tokens\":12,\"seed\":1}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/choices/0/text").asText()).isNotEmpty();
    assertThat(answer.json().at("/usage/completion_tokens").asInt()).isBetween(1, 12);
  }

  @ParameterizedTest
  @CsvSource({"1,false", "3,false", "1,true"})
  void theEventsOfAStreamMakeTheWholeText(int texts, boolean echo) throws Exception {
    String body =
        "{\"model\":\"scribe\",\"prompt\":\"And it came to pass\",\"max_tokens\":30,\"seed\":5,\"n\":%d,\"echo\":%s"
            .formatted(texts, echo);
    JsonNode whole = client.post(token, COMPLETIONS, body + "}").json();
    HttpResponse<String> stream =
        client
            .http()
            .send(
                client
                    .request(token, COMPLETIONS)
                    .POST(
                        BodyPublishers.ofString(
                            body + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}"))
                    .build(),
                BodyHandlers.ofString());
    assertThat(stream.headers().firstValue("content-type")).hasValue("text/event-stream");
    List<String> events = events(stream.body());
    assertThat(events.get(events.size() - 1)).isEqualTo("[DONE]");
    StringBuilder[] found = new StringBuilder[texts];
    for (int text = 0; text < texts; text++) {
      found[text] = new StringBuilder();
    }
    JsonNode usage = MAPPER.nullNode();
    int pieces = 0;
    for (String event : events.subList(0, events.size() - 1)) {
      JsonNode chunk = MAPPER.readTree(event);
      usage = chunk.path("usage");
      for (JsonNode choice : chunk.path("choices")) {
        found[choice.path("index").asInt()].append(choice.path("text").asText());
        pieces++;
      }
    }
    for (int text = 0; text < texts; text++) {
      assertThat(found[text].toString())
          .isEqualTo(whole.at("/choices/%d/text".formatted(text)).asText());
    }
    assertThat(usage).isEqualTo(whole.path("usage"));
    assertThat(pieces).isGreaterThan(echo ? 0 : 5);
  }

  private static List<String> events(String stream) {
    List<String> events = new ArrayList<>();
    for (String line : stream.lines().toList()) {
      if (line.startsWith("data: ")) {
        events.add(line.substring("data: ".length()));
      }
    }
    return events;
  }

  static String digits(String more) {
    StringBuilder data = new StringBuilder("0.5");
    for (int pixel = 1; pixel < 64; pixel++) {
      data.append(",0.25");
    }
    return "{\"id\":\"mine\",\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,8,8],\"datatype\":\"FP32\",\"data\":[%s]}]%s}"
        .formatted(data, more);
  }

  @Test
  void scoresTensorsUnderTheClientsId() throws Exception {
    for (String path : List.of(INFER, "/v2/models/digits/versions/1/infer")) {
      JsonNode answer = client.post(token, path, digits("")).json();
      assertThat(answer.path("id").asText()).isEqualTo("mine");
      assertThat(answer.at("/outputs/0/data")).hasSize(10);
    }
  }

  @Test
  void tensorsInBinaryAreThoseInJson() throws Exception {
    JsonNode expected = client.post(token, INFER, digits("")).json().at("/outputs/0/data");
    byte[] head =
        """
        {"inputs":[{"name":"image","shape":[1,1,8,8],"datatype":"FP32","parameters":{"binary_data_size":256}}],
         "outputs":[{"name":"probabilities","parameters":{"binary_data":true}}]}"""
            .getBytes(UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(head.length + 256).order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (int pixel = 0; pixel < 64; pixel++) {
      body.putFloat(pixel == 0 ? 0.5f : 0.25f);
    }
    Answer answer =
        client.post(
            token,
            INFER,
            body.array(),
            "Inference-Header-Content-Length",
            Integer.toString(head.length));
    assertThat(answer.status()).isEqualTo(200);
    int jsonLength = Integer.parseInt(answer.header("Inference-Header-Content-Length"));
    byte[] bytes = answer.response().body();
    JsonNode json = MAPPER.readTree(new String(bytes, 0, jsonLength, UTF_8));
    assertThat(json.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(40);
    ByteBuffer data =
        ByteBuffer.wrap(bytes, jsonLength, bytes.length - jsonLength)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int digit = 0; digit < 10; digit++) {
      assertThat(data.getFloat()).isEqualTo((float) expected.get(digit).asDouble());
    }
    assertThat(data.hasRemaining()).isFalse();
  }

  @Test
  void tellsOfItsModels() throws Exception {
    List<String> names = new ArrayList<>();
    for (JsonNode model : client.get(token, "/v1/models").json().path("data")) {
      names.add(model.path("id").asText());
      assertThat(client.get(token, "/v1/models/" + model.path("id").asText()).status())
          .isEqualTo(200);
    }
    assertThat(names).contains("digits", "scribe");
    JsonNode digits = client.get(token, "/v2/models/digits").json();
    assertThat(digits.at("/inputs/0/shape").toString()).isEqualTo("[-1,1,8,8]");
    assertThat(client.get(token, "/v2/models/digits/versions/1/ready").status()).isEqualTo(200);
    assertThat(client.get(token, "/v2/models/digits/versions/7").status()).isEqualTo(404);
    assertThat(client.get(token, "/v2/models/nobody").status()).isEqualTo(404);
    assertThat(client.get(token, "/v2").json().path("extensions").toString())
        .contains("binary_tensor_data");
  }

  @Test
  void everyOperationThatIsNotOpenNeedsATokenWithItsScope() throws Exception {
    int closed = 0;
    for (Operation operation : client.operations()) {
      for (SecurityRequirement requirement : operation.getSecurityRequirements()) {
        closed++;
        Scope needed = Scope.fromWireName(requirement.getScopes("bearer").get(0)).orElseThrow();
        String scopeless =
            stack.token(
                "acme",
                EnumSet.complementOf(EnumSet.of(needed, Scope.ADMIN)).toArray(Scope[]::new));
        assertThat(call(operation, "").status()).as(operation.getOperationId()).isEqualTo(401);
        assertThat(call(operation, "").header("www-authenticate")).startsWith("Bearer");
        assertThat(call(operation, "a.b.c").status()).as(operation.getOperationId()).isEqualTo(401);
        assertThat(call(operation, scopeless).status())
            .as(operation.getOperationId())
            .isEqualTo(403);
        assertThat(call(operation, stack.token("acme", needed)).status())
            .as(operation.getOperationId())
            .isNotIn(401, 403);
      }
    }
    assertThat(closed).isGreaterThan(13);
  }

  private static Answer call(Operation operation, String token) throws Exception {
    String path =
        operation
            .getOpenAPIPath()
            .replace("{model}", "digits")
            .replace("{version}", "1")
            .replace("{id}", "nothing");
    return operation.getHttpMethod().name().equals("GET")
        ? client.get(token, path)
        : client.post(token, path, "{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/completions       | {                                                            | 400 | invalid_request
          /v1/completions       | []                                                           | 400 | invalid_request
          /v1/completions       | {"model":"scribe"}                                           | 400 | invalid_request
          /v1/completions       | {"model":"scribe","prompt":""}                               | 400 | invalid_request
          /v1/completions       | {"model":"scribe","prompt":"a","temperature":3}              | 400 | invalid_request
          /v1/completions       | {"model":"scribe","prompt":"a","max_tokens":100000}          | 400 | context_length_exceeded
          /v1/completions       | {"model":"nobody","prompt":"a"}                              | 404 | model_not_found
          /v1/completions       | {"model":"digits","prompt":"a"}                              | 400 | unsupported_request
          /v1/completions       | {"model":"scribe","prompt":"a","stream":true,"best_of":2}    | 400 | invalid_request
          /v2/models/nobody/infer | {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]} | 404 | -
          /v2/models/digits/infer | {"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]} | 400 | -
          /v2/models/digits/infer | {"inputs":[{"name":"image","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]} | 400 | -
          /v2/models/digits/infer | {"prompt":"a"}                                             | 400 | -
          """)
  void badBodiesAreRefused(String path, String body, int status, String code) throws Exception {
    Answer answer = client.post(token, path, body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    if (code.equals("-")) {
      assertThat(answer.json().path("error").asText()).isNotEmpty();
    } else {
      assertThat(answer.json().at("/error/code").asText()).isEqualTo(code);
    }
  }

  @Test
  void unknownPathsAndMethodsAreErrorsInJson() throws Exception {
    assertThat(client.get(token, "/nowhere").json().at("/error/code").asText())
        .isEqualTo("not_found");
    assertThat(client.get(token, "/v2/nowhere").json().path("error").asText()).isNotEmpty();
    assertThat(client.get(token, COMPLETIONS).status()).isEqualTo(405);
    byte[] large = new byte[9 << 20];
    assertThat(client.post(token, COMPLETIONS, large, "x", "y").status()).isEqualTo(413);
  }

  /** Mutations of good requests: whatever they are, they are answered, and never with a defect. */
  @Test
  void whateverIsSentTheGatewayDoesNotFail() throws Exception {
    Random random = new Random(11);
    String[] bodies = {
      digits(""), "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":2,\"stop\":[\"x\"]}"
    };
    String[] paths = {
      INFER,
      COMPLETIONS,
      "/v2/models/%00/infer",
      "/v2/models/a%2Fb",
      "/v1/models/..",
      "/v2/models//infer"
    };
    for (int round = 0; round < 300; round++) {
      byte[] body = bodies[random.nextInt(bodies.length)].getBytes(UTF_8);
      for (int change = random.nextInt(4); change > 0; change--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Answer answer =
          client.post(
              token,
              paths[random.nextInt(paths.length)],
              body,
              "Inference-Header-Content-Length",
              Integer.toString(random.nextInt(body.length * 2) - 5),
              "traceparent",
              Integer.toHexString(random.nextInt()),
              "content-type",
              random.nextBoolean() ? "application/json" : "text/html");
      assertThat(answer.status()).as(new String(body, UTF_8)).isBetween(200, 499);
    }
  }

  @Test
  void requestsUnderOneIdempotencyKeyAreOneRequest() throws Exception {
    String body =
        "{\"model\":\"scribe\",\"prompt\":\"Selah\",\"max_tokens\":200,\"temperature\":0}";
    List<CompletableFuture<HttpResponse<String>>> both = new ArrayList<>();
    for (int call = 0; call < 2; call++) {
      both.add(
          client
              .http()
              .sendAsync(
                  client
                      .request(token, COMPLETIONS)
                      .header("Idempotency-Key", "one and the same")
                      .POST(BodyPublishers.ofString(body))
                      .build(),
                  BodyHandlers.ofString()));
    }
    HttpResponse<String> first = both.get(0).get();
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(both.get(1).get().body()).isEqualTo(first.body());
  }

  @Test
  void whoGoesAwayTakesTheRequestBack() throws Exception {
    try (KafkaConsumer<byte[], byte[]> replies = replies()) {
      HttpResponse<InputStream> stream =
          client
              .http()
              .send(
                  client
                      .request(stack.token("leaver", Scope.INFER), COMPLETIONS)
                      .POST(
                          BodyPublishers.ofString(
                              "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":250,\"stream\":true,\"n\":8,\"logit_bias\":{\"1023\":-100}}"))
                      .build(),
                  BodyHandlers.ofInputStream());
      assertThat(stream.body().read()).isPositive();
      stream.body().close();
      List<String> statuses = new ArrayList<>();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> reply : replies.poll(Duration.ofMillis(100))) {
                  if ("leaver".equals(header(reply, HeaderNames.TENANT))
                      && !header(reply, HeaderNames.STATUS).isEmpty()) {
                    statuses.add(header(reply, HeaderNames.STATUS));
                  }
                }
                // The request's, and that of the cancel itself.
                return statuses.size() == 2;
              });
      assertThat(statuses).containsExactly("cancelled", "cancelled");
    }
  }

  private static KafkaConsumer<byte[], byte[]> replies() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (int partition = 0; partition < GatewayStack.PARTITIONS; partition++) {
      all.add(new TopicPartition(AuditTopics.REPLIES, partition));
    }
    consumer.assign(all);
    consumer.seekToEnd(all);
    all.forEach(consumer::position);
    return consumer;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  @Test
  void documentationAndHealthAreOpen() throws Exception {
    assertThat(new String(client.get("", "/openapi.yaml").response().body(), UTF_8))
        .startsWith("openapi: 3.1.0");
    assertThat(client.get("", "/docs").header("content-type")).startsWith("text/html");
    assertThat(client.get("", "/docs/swagger-ui-bundle.js").status()).isEqualTo(200);
    assertThat(client.get("", "/livez").status()).isEqualTo(200);
    assertThat(client.get("", "/readyz").status()).isEqualTo(200);
    assertThat(client.get("", "/v2/health/ready").json().path("ready").asBoolean()).isTrue();
    JsonNode health = client.get("", "/healthz").json();
    assertThat(health.path("status").asText()).isEqualTo("healthy");
    assertThat(health.path("components").toString())
        .contains("llm-router", "task-queue", "storage-engine");
  }
}
