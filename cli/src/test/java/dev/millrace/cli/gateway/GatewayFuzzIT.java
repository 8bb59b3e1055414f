package dev.millrace.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.cli.gateway.RawHttp.Response;
import io.vertx.openapi.contract.Operation;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever bytes come, the gateway answers for all of them, and never with a defect. */
class GatewayFuzzIT {
  private static final int ROUNDS = 2_400;
  private static final long SEED = 20_261_129;

  /** What only a stack trace or the message of a foreign exception has. */
  private static final Pattern INNARDS =
      Pattern.compile(
          "Exception|\\bat [a-z]+\\.[a-z.]+\\(|dev\\.millrace|io\\.(vertx|netty)|java\\.(lang|util|io)|org\\.(apache|postgresql)|com\\.fasterxml|Cannot invoke|null pointer");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path directory;

  private static GatewayStack stack;
  private static int port;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    stack = GatewayStack.start(directory);
    port = URI.create(stack.url()).getPort();
    token = stack.token("acme");
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @AfterEach
  void itServesAsBefore() throws Exception {
    assertThat(stack.client().get("", "/livez").status()).isEqualTo(200);
    assertThat(
            stack
                .client()
                .post(
                    token,
                    "/v1/completions",
                    "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":2}")
                .status())
        .isEqualTo(200);
  }

  private static List<Response> exchange(byte[] bytes, boolean toHead) throws Exception {
    try (RawHttp http = new RawHttp(port)) {
      http.send(bytes);
      return http.responses(toHead);
    }
  }

  private static List<Response> exchange(String text) throws Exception {
    try (RawHttp http = new RawHttp(port)) {
      http.send(text);
      http.finish();
      return http.responses(false);
    }
  }

  @Test
  void everyOperationAnswersWhateverItIsAsked() throws Exception {
    List<Operation> operations = stack.client().operations();
    Random random = new Random(SEED);
    Map<Integer, Integer> statuses = new TreeMap<>();
    List<String> defects = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Operation operation = operations.get(round % operations.size());
      FuzzedRequest request = FuzzedRequest.of(operation, token, random);
      List<Response> responses = exchange(request.bytes(), request.method().equals("HEAD"));
      String defect =
          responses.isEmpty() && !request.http()
              ? ""
              : responses.size() == 1
                  ? defect(operation, request, responses.get(0))
                  : responses.size() + " answers";
      if (!defect.isEmpty()) {
        defects.add("round %d: %s%nto %s%n%s".formatted(round, defect, request, responses));
      }
      responses.forEach(response -> statuses.merge(response.status(), 1, Integer::sum));
    }
    assertThat(defects).as("of %d rounds; statuses %s", ROUNDS, statuses).isEmpty();
    System.out.println(ROUNDS + " rounds, by status: " + statuses);
    // What is refused for the same reason each time says little of the rest.
    assertThat(statuses).containsKeys(200, 400, 401, 404, 405);
  }

  /** What is wrong with an answer; empty for nothing. */
  private static String defect(Operation operation, FuzzedRequest request, Response response) {
    int status = response.status();
    boolean health =
        operation.getSecurityRequirements().isEmpty() && request.method().equals("GET");
    if (status >= 500 && !(health && status == 503)) {
      return "status " + status;
    }
    if (!response.header("x-request-id").startsWith("req-")) {
      return "no request id";
    }
    if (INNARDS.matcher(response.text()).find()) {
      return "it tells of its innards";
    }
    if (status < 400 || request.method().equals("HEAD") || status == 503) {
      return "";
    }
    return errorDefect(response);
  }

  private static String errorDefect(Response response) {
    if (!response.header("content-type").equals("application/json")) {
      return "an error that is no JSON";
    }
    try {
      JsonNode error = MAPPER.readTree(response.body()).path("error");
      String message = error.isTextual() ? error.asText() : error.path("message").asText();
      return message.isEmpty() ? "an error without a message" : "";
    } catch (java.io.IOException e) {
      return "an error that is not well-formed: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a line without a path            | GET\\r\\n\\r\\n                                                    | 400
          a line of two words              | GET /livez\\r\\n\\r\\n                                             | 400
          no host                          | GET /livez HTTP/1.1\\r\\n\\r\\n                                    | 400
          two hosts in one                 | GET /livez HTTP/1.1\\r\\nhost: a, b\\r\\n\\r\\n                      | 400
          half an escape                   | GET /v1/models/%zz HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n                 | 400
          half an escape in the query      | GET /v1/models?% HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n                   | 400
          a header without a colon         | GET /livez HTTP/1.1\\r\\nhost: a\\r\\nnothing\\r\\n\\r\\n          | 400
          a space before the colon         | GET /livez HTTP/1.1\\r\\nhost: a\\r\\nx : y\\r\\n\\r\\n            | 400
          a zero in a header               | GET /livez HTTP/1.1\\r\\nhost: a\\r\\nx: a\\0b\\r\\n\\r\\n         | 400
          two lengths                      | POST /livez HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 5\\r\\ncontent-length: 0\\r\\n\\r\\nhello | 400
          a negative length                | POST /livez HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: -1\\r\\n\\r\\n | 400
          a length that is no number       | POST /livez HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: many\\r\\n\\r\\n | 400
          a length in hexadecimal          | POST /livez HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 0x5\\r\\n\\r\\nhello | 400
          a length beyond all              | POST /livez HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 99999999999999999999\\r\\n\\r\\n | 400
          """)
  void whatIsNotHttpIsRefusedInJson(String what, String text, int status) throws Exception {
    List<Response> responses = exchange(unescape(text));

    assertThat(responses).as(what).hasSize(1);
    assertRefused(responses.get(0), status);
  }

  /** Nobody who speaks something else can be told anything. */
  @ParameterizedTest
  @CsvSource({
    "another protocol, GET /livez HTCPCP/1.0\\r\\n\\r\\n",
    "a version to come, GET /livez HTTP/9.9\\r\\nhost: a\\r\\n\\r\\n",
    "zeroes, \\0\\0\\0\\0\\r\\n\\r\\n",
    "the greeting of TLS, \\u0016\\u0003\\u0001\\u0002\\0\\u0001\\0\\u0001\\r\\n\\r\\n"
  })
  void whatIsAnotherProtocolIsNotServed(String what, String text) throws Exception {
    List<Response> responses = exchange(unescape(text));

    assertThat(responses).as(what).hasSizeLessThanOrEqualTo(1);
    assertThat(responses)
        .allSatisfy(
            response -> {
              assertThat(response.status()).isIn(400, 501);
              assertThat(INNARDS.matcher(response.text()).find()).isFalse();
            });
  }

  private static String unescape(String text) {
    return Pattern.compile("\\\\(u[0-9a-f]{4}|[0rn])")
        .matcher(text)
        .replaceAll(
            found ->
                switch (found.group(1).charAt(0)) {
                  case '0' -> "\0";
                  case 'r' -> "\r";
                  case 'n' -> "\n";
                  default ->
                      String.valueOf((char) Integer.parseInt(found.group(1).substring(1), 16));
                });
  }

  private static void assertRefused(Response response, int status) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.header("x-request-id")).startsWith("req-");
    assertThat(errorDefect(response)).as(response.text()).isEmpty();
    assertThat(INNARDS.matcher(response.text()).find()).as(response.text()).isFalse();
  }

  @Test
  void whatIsTooLongIsRefusedInJson() throws Exception {
    List<Response> line =
        exchange("GET /%s HTTP/1.1\r\nhost: a\r\n\r\n".formatted("a".repeat(9_000)));
    assertThat(line).hasSize(1);
    assertRefused(line.get(0), 414);
    List<Response> headers =
        exchange("GET /livez HTTP/1.1\r\nhost: a\r\nx: %s\r\n\r\n".formatted("a".repeat(17_000)));
    assertThat(headers).hasSize(1);
    assertRefused(headers.get(0), 431);
    StringBuilder many = new StringBuilder("GET /livez HTTP/1.1\r\nhost: a\r\n");
    for (int header = 0; header < 3_000; header++) {
      many.append('x').append(header).append(": y\r\n");
    }
    List<Response> count = exchange(many + "\r\n");
    assertThat(count).hasSize(1);
    assertRefused(count.get(0), 431);
  }

  /** A proxy before it may have gone by the length, and taken the rest for the first one's body. */
  @ParameterizedTest
  @CsvSource({
    "'content-length: 44\r\ntransfer-encoding: chunked\r\n'",
    "'transfer-encoding: chunked\r\ncontent-length: 44\r\n'",
    "'content-length: 44\r\ntransfer-encoding: x, chunked\r\n'",
    "'content-length: 44\r\ntransfer-encoding: chunked, identity\r\n'",
    "'content-length: 44\r\ntransfer-encoding:\u000bchunked\r\n'"
  })
  void noRequestIsSmuggledInTheBodyOfAnother(String framing) throws Exception {
    String first = "POST /v1/completions HTTP/1.1\r\nhost: a\r\n" + framing + "\r\n0\r\n\r\n";
    List<Response> responses = exchange(first + "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n");

    assertThat(responses).hasSizeLessThanOrEqualTo(1);
    assertThat(responses).allSatisfy(response -> assertThat(response.status()).isBetween(400, 499));
  }

  @Test
  void whoGoesInTheMiddleOfARequestHarmsNobody() throws Exception {
    String request =
        "POST /v1/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer %s\r\ncontent-length: 40\r\n\r\n{\"model\":\"scribe\",\"prompt\":\"a\""
            .formatted(token);
    Random random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      try (RawHttp http = new RawHttp(port)) {
        http.send(request.substring(0, random.nextInt(request.length())));
      }
    }
  }

  @Test
  void aBodyThatComesByteByByteIsABody() throws Exception {
    String body = "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":2}";
    try (RawHttp http = new RawHttp(port)) {
      http.send(
          "POST /v1/completions HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer %s\r\ncontent-length: %d\r\n\r\n"
              .formatted(token, body.length()));
      for (int at = 0; at < body.length(); at++) {
        http.send(body.substring(at, at + 1));
        TimeUnit.MILLISECONDS.sleep(5);
      }
      List<Response> responses = http.responses(false);
      assertThat(responses).hasSize(1);
      assertThat(responses.get(0).status()).as(responses.get(0).text()).isEqualTo(200);
    }
  }
}
