package dev.millrace.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.gateway.ContractClient.Answer;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.limits.Quota;
import dev.millrace.gateway.limits.Quotas;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks, from HTTP through the job and PostgreSQL back to HTTP. */
class GatewayTasksIT {
  private static final String TASKS = "/v1/tasks";
  private static final String COMPLETIONS = "/v1/completions";
  private static final String KEY = "Idempotency-Key";
  private static final String SHORT =
      "{\"model\":\"scribe\",\"prompt\":\"In the beginning\",\"max_tokens\":12,\"seed\":3}";

  /** Takes minutes unless it is taken back: no text may end before its last token. */
  private static final String LONG =
      "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":250,\"n\":64,\"logit_bias\":{\"1023\":-100}}";

  @TempDir static Path directory;

  private static GatewayStack stack;
  private static ContractClient client;

  @BeforeAll
  static void start() throws Exception {
    stack = GatewayStack.start(directory);
    client = stack.client();
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  private static Answer create(String token, String body, String... headers) throws Exception {
    Answer created = client.post(token, TASKS, body, headers);
    assertThat(created.status()).as(created.json().toString()).isEqualTo(202);
    assertThat(created.header("location"))
        .isEqualTo(TASKS + "/" + created.json().path("id").asText());
    return created;
  }

  private static Answer get(String token, String path, String... headers) throws Exception {
    return client.send(client.request(token, path).headers(headers).GET().build());
  }

  private static JsonNode ended(String token, String location) throws Exception {
    Answer task = get(token, location, "Prefer", "wait=30");
    assertThat(task.status()).isEqualTo(200);
    assertThat(task.json().path("ended_at").isNull()).as(task.json().toString()).isFalse();
    return task.json();
  }

  @Test
  void aTaskIsThereAtOnceAndHasItsResultInTheEnd() throws Exception {
    String token = stack.token("life");
    Instant before = Instant.now().minusMillis(1);
    Answer created = create(token, SHORT);
    String location = created.header("location");

    assertThat(client.get(token, location).status()).isEqualTo(200);
    JsonNode task = ended(token, location);
    assertThat(task.path("status").asText()).isEqualTo("succeeded");
    assertThat(task.path("model").asText()).isEqualTo("scribe");
    assertThat(task.path("batch_size").asInt()).isPositive();
    List<Instant> times = new ArrayList<>(List.of(before));
    for (String time : List.of("created_at", "started_at", "ended_at")) {
      times.add(Instant.parse(task.path(time).asText()));
    }
    assertThat(times).isSorted();
    assertThat(task.path("created_at")).isEqualTo(created.json().path("created_at"));
    Answer result = client.get(token, location + "/result");
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.json().at("/choices/0/text"))
        .isEqualTo(client.post(token, COMPLETIONS, SHORT).json().at("/choices/0/text"));
  }

  @Test
  void tensorsAreTasksToo() throws Exception {
    String token = stack.token("tensors");
    String body = GatewayIT.digits(",\"model_name\":\"digits\"");
    JsonNode expected = client.post(token, "/v2/models/digits/infer", body).json();
    String location = create(token, body).header("location");
    assertThat(ended(token, location).path("status").asText()).isEqualTo("succeeded");
    assertThat(client.get(token, location + "/result").json().path("outputs"))
        .isEqualTo(expected.path("outputs"));
  }

  @ParameterizedTest
  @ValueSource(strings = {COMPLETIONS, "/v2/models/digits/infer"})
  void aClientMayPreferToHearLater(String path) throws Exception {
    String token = stack.token("later");
    String body = path.equals(COMPLETIONS) ? SHORT : GatewayIT.digits("");
    Answer accepted = client.post(token, path, body, "Prefer", "respond-async");
    assertThat(accepted.status()).isEqualTo(202);
    assertThat(accepted.header("preference-applied")).isEqualTo("respond-async");
    assertThat(ended(token, accepted.header("location")).path("status").asText())
        .isEqualTo("succeeded");

    String infer = stack.token("later", Scope.INFER);
    assertThat(client.post(infer, path, body, "Prefer", "respond-async").status()).isEqualTo(403);
    assertThat(client.post(infer, path, body).status()).isEqualTo(200);
  }

  @Test
  void aTaskThatCannotBeServedHasTheErrorThatItsRequestWouldHaveHad() throws Exception {
    String token = stack.token("failing");
    String location = create(token, "{\"model\":\"nobody\",\"prompt\":\"a\"}").header("location");
    JsonNode task = ended(token, location);
    assertThat(task.path("status").asText()).isEqualTo("failed");
    assertThat(task.at("/error/code").asText()).isEqualTo("model_not_found");
    Answer result = client.get(token, location + "/result");
    assertThat(result.status()).isEqualTo(404);
    assertThat(result.json().path("error")).isEqualTo(task.path("error"));
    assertThat(client.post(token, TASKS, "{\"prompt\":\"a\"}").status()).isEqualTo(400);
  }

  @Test
  void aTaskCanBeTakenBack() throws Exception {
    String token = stack.token("canceller");
    String location = create(token, LONG).header("location");
    Answer early = client.get(token, location + "/result");
    assertThat(early.status()).isEqualTo(202);
    assertThat(early.header("retry-after")).isEqualTo("1");
    assertThat(client.post(token, location + "/cancel", "").status()).isEqualTo(202);
    assertThat(ended(token, location).path("status").asText()).isEqualTo("cancelled");
    assertThat(client.post(token, location + "/cancel", "").status()).isEqualTo(200);
    Answer result = client.get(token, location + "/result");
    assertThat(result.status()).isEqualTo(409);
    assertThat(result.json().at("/error/code").asText()).isEqualTo("cancelled");
  }

  @Test
  void pagesHoldEveryTaskOnceTheNewestFirst() throws Exception {
    String token = stack.token("pages");
    List<String> made = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      String body = number % 2 == 0 ? SHORT : GatewayIT.digits(",\"model_name\":\"digits\"");
      String location = create(token, body).header("location");
      made.add(0, ended(token, location).path("id").asText());
    }
    assertThat(pages(token, "limit=2")).isEqualTo(made);
    assertThat(pages(token, "limit=1&model=digits")).isEqualTo(List.of(made.get(1), made.get(3)));
    assertThat(pages(token, "limit=2&model=scribe&status=succeeded"))
        .isEqualTo(List.of(made.get(0), made.get(2), made.get(4)));
    assertThat(pages(token, "status=failed")).isEmpty();
    String middle = client.get(token, TASKS + "/" + made.get(2)).json().path("created_at").asText();
    assertThat(pages(token, "limit=2&since=" + middle)).isEqualTo(made.subList(0, 3));
  }

  /** Follows the links from page to page. */
  private static List<String> pages(String token, String query) throws Exception {
    List<String> ids = new ArrayList<>();
    String page = TASKS + "?" + query;
    while (!page.isEmpty()) {
      Answer answer = client.get(token, page);
      assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
      answer.json().path("data").forEach(task -> ids.add(task.path("id").asText()));
      String link = answer.header("link");
      assertThat(answer.json().path("has_more").asBoolean()).isEqualTo(!link.isEmpty());
      assertThat(link).matches("(<.*>; rel=\"next\")?");
      page = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "status=done, status",
    "status=queued&status=failed, status",
    "since=yesterday, since",
    "limit=0, limit",
    "limit=101, limit",
    "limit=x, limit",
    "after=, after",
    "after=AAAA, after"
  })
  void aQueryThatSaysNothingIsRefused(String query, String param) throws Exception {
    Answer answer = client.get(stack.token("asker"), TASKS + "?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/param").asText()).isEqualTo(param);
  }

  @Test
  void anotherTenantsTasksAreNotThere() throws Exception {
    String owner = stack.token("owner");
    String other = stack.token("other");
    String location = create(owner, SHORT, KEY, "shared").header("location");
    ended(owner, location);
    for (Answer answer :
        List.of(
            client.get(other, location),
            get(other, location, "Prefer", "wait=1"),
            client.get(other, location + "/result"),
            client.post(other, location + "/cancel", ""))) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("task_not_found");
    }
    assertThat(pages(other, "limit=100")).isEmpty();
    assertThat(pages(owner, "limit=100")).hasSize(1);
    // Cursors name a place and no tenant.
    String cursor = client.get(owner, TASKS + "?limit=1").json().path("next").asText("");
    assertThat(client.get(other, TASKS + "?after=" + cursor).json().path("data")).isEmpty();

    // The same key of another tenant is another task.
    Answer own = create(other, SHORT, KEY, "shared");
    assertThat(ended(other, own.header("location")).path("status").asText()).isEqualTo("succeeded");
    assertThat(pages(other, "limit=100")).hasSize(1);
  }

  @Test
  void underOneKeyThereIsOneAnswerWhereverAndWheneverItIsAskedFor() throws Exception {
    String token = stack.token("retrying");
    // Drawn at random: two that are equal are one.
    String body = "{\"model\":\"scribe\",\"prompt\":\"Selah\",\"max_tokens\":60}";
    JsonNode first = client.post(token, COMPLETIONS, body, KEY, "k").json();
    assertThat(first.path("choices")).hasSize(1);
    assertThat(client.post(token, COMPLETIONS, body, KEY, "k").json()).isEqualTo(first);
    try (Gateway second = stack.serve(new Quotas(Quota.NONE, Map.of()));
        ContractClient elsewhere = new ContractClient("http://127.0.0.1:" + second.port())) {
      assertThat(elsewhere.post(token, COMPLETIONS, body, KEY, "k").json()).isEqualTo(first);
    }
    String id = first.path("id").asText();
    ended(token, TASKS + "/" + id);
    assertThat(client.post(token, COMPLETIONS, body, KEY, "k").json()).isEqualTo(first);
    assertThat(client.get(token, TASKS + "/" + id + "/result").json()).isEqualTo(first);
    HttpResponse<String> stream =
        client
            .http()
            .send(
                client
                    .request(token, COMPLETIONS)
                    .header(KEY, "k")
                    .POST(BodyPublishers.ofString(body.replace("}", ",\"stream\":true}")))
                    .build(),
                BodyHandlers.ofString());
    assertThat(stream.body())
        .contains(first.at("/choices/0/text").toString())
        .endsWith("data: [DONE]\n\n");
    Answer otherKind =
        client.post(token, "/v2/models/digits/infer", GatewayIT.digits(""), KEY, "k");
    assertThat(otherKind.status()).isEqualTo(422);
    assertThat(create(token, body, KEY, "k").json().path("id").asText()).isEqualTo(id);
    assertThat(pages(token, "limit=100")).containsExactly(id);
  }

  @Test
  void tensorsUnderAKeyComeAsTheyWereAskedFor() throws Exception {
    String token = stack.token("tensors-retrying");
    String path = "/v2/models/digits/infer";
    JsonNode first = client.post(token, path, GatewayIT.digits(""), KEY, "t").json();
    assertThat(first.path("id").asText()).isEqualTo("mine");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !pages(token, "status=succeeded").isEmpty());
    assertThat(client.post(token, path, GatewayIT.digits(""), KEY, "t").json()).isEqualTo(first);
    Answer binary =
        client.post(
            token,
            path,
            GatewayIT.digits(
                ",\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}}]"),
            KEY,
            "t");
    assertThat(binary.status()).isEqualTo(200);
    assertThat(binary.header("Inference-Header-Content-Length")).isNotEmpty();
  }

  @Test
  void whoGoesAwayWithAKeyMayComeAgain() throws Exception {
    String token = stack.token("returning");
    String body =
        "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":200,\"stream\":true,\"logit_bias\":{\"1023\":-100}}";
    HttpResponse<InputStream> stream =
        client
            .http()
            .send(
                client
                    .request(token, COMPLETIONS)
                    .header(KEY, "r")
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofInputStream());
    assertThat(stream.body().read()).isPositive();
    stream.body().close();
    Answer again = client.post(token, COMPLETIONS, body.replace(",\"stream\":true", ""), KEY, "r");
    assertThat(again.status()).as(again.json().toString()).isEqualTo(200);
    assertThat(again.json().at("/usage/completion_tokens").asInt()).isEqualTo(200);
  }
}
