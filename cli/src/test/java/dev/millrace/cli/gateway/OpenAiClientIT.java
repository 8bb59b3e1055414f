package dev.millrace.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.limits.Quota;
import dev.millrace.gateway.limits.Quotas;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * OpenAI's own client for Node.js, as its package has it, with nothing set but the base URL and the
 * key. The package lies among the test resources as it was published; to go to another version, put
 * the archive that {@code npm pack openai@VERSION} makes in its place, and say its name and the
 * {@code dist.integrity} that {@code npm view} has for it below.
 */
class OpenAiClientIT {
  private static final String PACKAGE = "openai-7.59.0.tgz";
  private static final String INTEGRITY =
      "wPYKJkLPFEdNJ2tThSg4jE1Ptsv4X3u8g8LIvu0Qz/UIhsKeCzl73rl48PtQsDVrJL/ku0liXOsbyd2TsRsPJw==";

  private static final String SCRIPT = "openai-client.js";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;

  private static JsonNode report;

  /** All that the client does is done once; the tests look at what came of it. */
  @BeforeAll
  static void runTheClient() throws Exception {
    Path script = install(Files.createDirectory(directory.resolve("client")));
    try (GatewayStack stack = GatewayStack.start(directory);
        Gateway throttled =
            stack.serve(new Quotas(new Quota(1, Quota.UNLIMITED, Quota.UNLIMITED), Map.of()))) {
      ObjectNode settings = MAPPER.createObjectNode();
      settings.put("url", stack.url());
      settings.put("throttledUrl", "http://127.0.0.1:" + throttled.port());
      settings
          .putObject("tokens")
          .put("full", stack.token("acme"))
          .put("scopeless", stack.token("acme", Scope.TASKS_READ))
          .put("throttled", stack.token("acme", Scope.INFER));
      report =
          MAPPER.readTree(
              NodeScript.run(script, Map.of("SETTINGS", settings.toString()), PATIENCE));
    }
  }

  /** Lays the package where the script finds it, and returns the script. */
  private static Path install(Path home) throws Exception {
    Path archive = home.resolve(PACKAGE);
    copy(PACKAGE, archive);
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
    assertThat(Base64.getEncoder().encodeToString(digest))
        .as("the client is the published one")
        .isEqualTo(INTEGRITY);
    Path modules = Files.createDirectories(home.resolve("node_modules/openai"));
    Process unpacking =
        new ProcessBuilder(
                "tar", "xzf", archive.toString(), "--strip-components=1", "-C", modules.toString())
            .inheritIO()
            .start();
    assertThat(unpacking.waitFor()).as("tar").isZero();
    Path script = home.resolve(SCRIPT);
    copy(SCRIPT, script);
    return script;
  }

  private static void copy(String resource, Path to) throws IOException {
    try (InputStream in = OpenAiClientIT.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), to);
    }
  }

  @Test
  void isTheClientOfItsPackageInARealNode() {
    assertThat(report.path("client").asText()).isEqualTo("7.59.0");
    assertThat(report.path("node").asText()).matches("v(2[2-9]|[3-9][0-9])\\..*");
  }

  @Test
  void completes() {
    JsonNode completion = report.path("completes");
    assertThat(completion.path("text").asText()).isNotEmpty();
    assertThat(completion.path("object").asText()).isEqualTo("text_completion");
    assertThat(completion.path("finishReason").asText()).isIn("length", "stop");
    assertThat(completion.path("requestId").asText()).startsWith("req-");
    JsonNode usage = completion.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isPositive();
    assertThat(usage.path("completion_tokens").asInt()).isBetween(1, 30);
    assertThat(usage.path("total_tokens").asInt())
        .isEqualTo(usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());
  }

  @Test
  void theEventsOfAStreamMakeTheWholeText() {
    JsonNode stream = report.path("streams");
    assertThat(stream.path("contentType").asText()).startsWith("text/event-stream");
    assertThat(stream.path("text").asText())
        .isNotEmpty()
        .isEqualTo(report.at("/completes/text").asText());
    assertThat(stream.path("pieces").asInt()).isGreaterThan(5);
    assertThat(stream.path("usage")).isEqualTo(report.at("/completes/usage"));
  }

  @Test
  void mayBreakAStreamOff() {
    assertThat(report.at("/breaksOff/aborted").asBoolean()).isTrue();
    assertThat(report.at("/breaksOff/pieces").asInt()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void listsAndRetrievesModels() {
    List<String> names = new ArrayList<>();
    report.at("/models/names").forEach(name -> names.add(name.asText()));
    assertThat(names).contains("digits", "scribe");
    assertThat(report.at("/models/retrieved/id").asText()).isEqualTo("scribe");
    assertThat(report.at("/models/retrieved/object").asText()).isEqualTo("model");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "badRequest, BadRequestError, 400, invalid_request_error, invalid_request, temperature",
        "notFound, NotFoundError, 404, invalid_request_error, model_not_found, model",
        "streamed, NotFoundError, 404, invalid_request_error, model_not_found, model",
        "modelNotFound, NotFoundError, 404, invalid_request_error, model_not_found, model",
        "authentication, AuthenticationError, 401, invalid_request_error, invalid_token, -",
        "permissionDenied, PermissionDeniedError, 403, invalid_request_error, insufficient_scope, -",
        "rateLimit, RateLimitError, 429, rate_limit_error, rate_limit_exceeded, -"
      })
  void errorsAreTyped(
      String name, String className, int status, String type, String code, String param) {
    JsonNode error = report.at("/errors/" + name);
    assertThat(error.path("class").asText()).as(error.toString()).isEqualTo(className);
    assertThat(error.path("status").asInt()).isEqualTo(status);
    assertThat(error.path("type").asText()).isEqualTo(type);
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("param").asText(null)).isEqualTo(param);
    assertThat(error.path("requestId").asText()).startsWith("req-");
    assertThat(error.path("message").asText()).startsWith(status + " ");
  }

  @Test
  void whoHasHadEnoughHearsWhenToComeAgain() {
    assertThat(report.at("/errors/rateLimit/retryAfter").asInt()).isBetween(1, 60);
  }
}
