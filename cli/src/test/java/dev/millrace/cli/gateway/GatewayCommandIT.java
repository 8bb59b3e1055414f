package dev.millrace.cli.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.gateway.ContractClient.Answer;
import dev.millrace.protocol.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
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

/** {@code millrace gateway} as a process, before a job that runs elsewhere. */
class GatewayCommandIT {
  private static final String COMPLETIONS = "/v1/completions";
  private static final String SHORT =
      "{\"model\":\"scribe\",\"prompt\":\"In the beginning\",\"max_tokens\":4,\"seed\":1}";

  private static final String ORIGIN = "https://app.example";
  private static final int SIGTERM_STATUS = 143;
  private static final Duration END = Duration.ofSeconds(30);

  @TempDir static Path directory;

  private static GatewayStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = GatewayStack.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @Test
  void answersOnItsPartitionAndHoldsTenantsToTheirQuotas() throws Exception {
    try (GatewayProcess gateway =
            GatewayProcess.start(stack, "--quota", "small=2,0,0", "--reply-partition", "3");
        ContractClient client = new ContractClient(gateway.url());
        KafkaConsumer<byte[], byte[]> replies = replies(3)) {
      String token = stack.token("small");
      for (int left = 1; left >= 0; left--) {
        Answer answer = client.post(token, COMPLETIONS, SHORT);
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
        assertThat(answer.json().at("/choices/0/text").asText()).isNotEmpty();
        assertThat(answer.header("x-ratelimit-limit-requests")).isEqualTo("2");
        assertThat(answer.header("x-ratelimit-remaining-requests"))
            .isEqualTo(Integer.toString(left));
      }
      Answer refused = client.post(token, COMPLETIONS, SHORT);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.json().at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
      assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 60);
      assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
      assertThat(client.post(stack.token("other"), COMPLETIONS, SHORT).status()).isEqualTo(200);

      awaitReplyTo("small", replies);
      assertThat(metrics(gateway))
          .contains("http_requests_total{")
          .contains("millrace_gateway_tenant_requests_total{status=\"429\",tenant=\"small\"} 1");
    }
  }

  private static KafkaConsumer<byte[], byte[]> replies(int partition) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> own = List.of(new TopicPartition(AuditTopics.REPLIES, partition));
    consumer.assign(own);
    consumer.seekToBeginning(own);
    return consumer;
  }

  private static void awaitReplyTo(String tenant, KafkaConsumer<byte[], byte[]> replies) {
    Awaitility.await()
        .atMost(END)
        .until(
            () -> {
              for (ConsumerRecord<byte[], byte[]> reply : replies.poll(Duration.ofMillis(100))) {
                Header header = reply.headers().lastHeader(HeaderNames.TENANT);
                if (header != null && new String(header.value(), UTF_8).equals(tenant)) {
                  return true;
                }
              }
              return false;
            });
  }

  private static String metrics(GatewayProcess gateway) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d/metrics".formatted(gateway.metricsPort())))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  @Test
  void browsersMayCallFromTheOriginsThatItKnows() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(stack, "--cors-origin", ORIGIN);
        ContractClient client = new ContractClient(gateway.url())) {
      HttpResponse<byte[]> preflight = client.send(preflight(client, ORIGIN)).response();
      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("access-control-allow-origin")).hasValue(ORIGIN);
      assertThat(preflight.headers().firstValue("access-control-allow-methods").orElse(""))
          .contains("POST");
      assertThat(preflight.headers().firstValue("access-control-allow-headers").orElse(""))
          .contains("authorization", "idempotency-key");

      HttpResponse<byte[]> stranger =
          client.send(preflight(client, "https://evil.example")).response();
      assertThat(stranger.headers().firstValue("access-control-allow-origin")).isEmpty();

      HttpResponse<byte[]> call =
          client
              .send(
                  client
                      .request(stack.token("acme"), "/v1/models")
                      .header("Origin", ORIGIN)
                      .build())
              .response();
      assertThat(call.statusCode()).isEqualTo(200);
      assertThat(call.headers().firstValue("access-control-allow-origin")).hasValue(ORIGIN);
      assertThat(call.headers().firstValue("access-control-expose-headers").orElse("").split(","))
          .contains("x-request-id", "retry-after", "x-ratelimit-remaining-requests");
    }
  }

  private static HttpRequest preflight(ContractClient client, String origin) {
    return client
        .request("", COMPLETIONS)
        .method("OPTIONS", BodyPublishers.noBody())
        .headers("Origin", origin, "Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type")
        .build();
  }

  @Test
  void servesWithTheCertificateOfItsFiles() throws Exception {
    SelfSigned identity = SelfSigned.in(directory);
    try (GatewayProcess gateway =
        GatewayProcess.start(
            stack,
            "--tls-certificate",
            identity.certificate().toString(),
            "--tls-key",
            identity.key().toString())) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("https://127.0.0.1:%d%s".formatted(gateway.port(), COMPLETIONS)))
              .header("Authorization", "Bearer " + stack.token("acme"))
              .POST(BodyPublishers.ofString(SHORT))
              .build();
      HttpClient client = HttpClient.newBuilder().sslContext(identity.trust()).build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()))
          .as("whoever does not know the certificate")
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  /** Whoever cannot be answered hears so before the process ends. */
  @Test
  void endsInOrderWhenItIsTerminated() throws Exception {
    // No job reads it: nobody can be answered, however fast the machine is.
    Topics.create(
        stack.bootstrapServers(), Map.of(), List.of(new TopicSpecification("unread", 1, Map.of())));
    try (GatewayProcess gateway = GatewayProcess.start(stack, "--requests", "unread");
        ContractClient client = new ContractClient(gateway.url())) {
      CompletableFuture<HttpResponse<String>> whole =
          client.http().sendAsync(completion(client, SHORT), BodyHandlers.ofString());
      CompletableFuture<HttpResponse<String>> waitsForTask = waitForTask(client);
      HttpResponse<InputStream> stream =
          client
              .http()
              .send(
                  completion(client, SHORT.replace("}", ",\"stream\":true}")),
                  BodyHandlers.ofInputStream());
      assertThat(stream.body().read()).as("the stream is kept alive").isPositive();
      long asked = System.nanoTime();
      gateway.terminate();

      assertSentAway(whole.get(END.toSeconds(), TimeUnit.SECONDS));
      assertSentAway(waitsForTask.get(END.toSeconds(), TimeUnit.SECONDS));
      assertThat(new String(stream.body().readAllBytes(), UTF_8))
          .contains("shutting_down")
          .endsWith("data: [DONE]\n\n");
      assertThat(gateway.exitStatus(END)).isEqualTo(SIGTERM_STATUS);
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(END);
      assertThatThrownBy(() -> client.get("", "/livez")).isInstanceOf(IOException.class);
    }
  }

  /** Makes a task that stays queued, and waits for its end. */
  private static CompletableFuture<HttpResponse<String>> waitForTask(ContractClient client)
      throws Exception {
    ContractClient.Answer task = client.post(stack.token("acme"), "/v1/tasks", SHORT);
    assertThat(task.status()).as(task.json().toString()).isEqualTo(202);
    HttpRequest wait =
        client
            .request(stack.token("acme"), task.header("location"))
            .header("Prefer", "wait=50")
            .build();
    return client.http().sendAsync(wait, BodyHandlers.ofString());
  }

  private static void assertSentAway(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(new ObjectMapper().readTree(answer.body()).at("/error/code").asText())
        .isEqualTo("shutting_down");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void whoIsAnsweredInTimeIsAnsweredWhileItEnds() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.start(stack);
        ContractClient client = new ContractClient(gateway.url())) {
      String body = "{\"model\":\"scribe\",\"prompt\":\"Selah\",\"max_tokens\":200,\"seed\":1}";
      HttpResponse<InputStream> stream =
          client
              .http()
              .send(
                  completion(client, body.replace("}", ",\"stream\":true}")),
                  BodyHandlers.ofInputStream());
      assertThat(stream.body().read()).as("the stream has begun").isPositive();
      gateway.terminate();

      assertThat(new String(stream.body().readAllBytes(), UTF_8))
          .containsPattern("\"finish_reason\":\"(length|stop)\"")
          .endsWith("data: [DONE]\n\n")
          .doesNotContain("shutting_down");
      assertThat(gateway.exitStatus(END)).isEqualTo(SIGTERM_STATUS);
    }
  }

  private static HttpRequest completion(ContractClient client, String body) {
    return client
        .request(stack.token("acme"), COMPLETIONS)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  @Test
  void logsInJsonWithTheIdsOfRequestAndTrace() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    try (GatewayProcess gateway =
            GatewayProcess.start(stack, "--log-format", "json", "--log-requests");
        ContractClient client = new ContractClient(gateway.url())) {
      Answer served = traced(client, stack.token("acme"), trace);
      Answer refused = traced(client, "none of ours", trace);
      assertThat(served.status()).isEqualTo(200);
      assertThat(refused.status()).isEqualTo(401);
      Awaitility.await()
          .atMost(END)
          .until(() -> gateway.log().contains(refused.header("x-request-id")));

      List<JsonNode> lines = new ArrayList<>();
      for (String line : gateway.log().lines().toList()) {
        lines.add(new ObjectMapper().readTree(line));
      }
      JsonNode access = lineOf(lines, served);
      assertThat(access.path("log.logger").asText()).isEqualTo("dev.millrace.gateway.access");
      assertThat(access.path("message").asText()).startsWith("GET listModels 200 in ");
      assertThat(access.path("trace_id").asText()).isEqualTo(trace);
      assertThat(access.path("tenant").asText()).isEqualTo("acme");
      assertThat(lineOf(lines, refused).path("message").asText())
          .startsWith("GET listModels 401 in ");
    }
  }

  private static Answer traced(ContractClient client, String token, String trace) throws Exception {
    return client.send(
        client
            .request(token, "/v1/models")
            .header("traceparent", "00-%s-00f067aa0ba902b7-01".formatted(trace))
            .build());
  }

  private static JsonNode lineOf(List<JsonNode> lines, Answer answer) {
    return lines.stream()
        .filter(line -> line.path("request_id").asText().equals(answer.header("x-request-id")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line of " + answer.header("x-request-id")));
  }

  @Test
  void saysTheVersionOfTheCommandLine() throws Exception {
    Process command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.cli.Millrace",
                "--version")
            .start();
    String printed = new String(command.getInputStream().readAllBytes(), UTF_8).strip();
    String version = stack.client().get(stack.token("acme"), "/v2").json().path("version").asText();
    assertThat(printed).isEqualTo("millrace " + version);
    assertThat(version).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
    assertThat(stack.client().get("", "/healthz").json().path("version").asText())
        .isEqualTo(version);
  }
}
