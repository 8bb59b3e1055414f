package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.deploy.HttpCalls.Answer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, PostgreSQL and the rest on a cluster of processes, one of which is killed. */
class GatewayClusterIT {
  private static final String KEY = "Idempotency-Key";
  private static final int COMPLETIONS = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The last digits vary with what is scored beside it. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-5);

  /** What health promises. */
  private static final Duration TELLS_WITHIN = Duration.ofSeconds(5);

  private static final Duration SHORT_INTERVAL = Duration.ofMillis(50);

  @TempDir static Path directory;

  private static TestCluster cluster;
  private static HttpCalls calls;
  private static String first;
  private static String second;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.unpack(directory);
    cluster.up("--no-warm-up", "--gateways", "2", "--http-port", "0", "--taskmanagers", "1");
    cluster.succeed("submit");
    calls = new HttpCalls(cluster.token("acme"));
    first = cluster.state().at("/gateways/0").asText();
    second = cluster.state().at("/gateways/1").asText();
    awaitHealth(first);
    awaitHealth(second);
  }

  @AfterAll
  static void end() throws Exception {
    List<ProcessHandle> processes = cluster.processes();
    cluster.close();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  private static void awaitHealth(String gateway) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> calls.get(gateway + "/healthz").status() == 200);
  }

  private static void kill(String member) throws IOException {
    ProcessHandle process = cluster.process(member);
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Drawn at random: two texts that are equal are one. */
  private static String completion(int number) {
    return "{\"model\":\"scribe\",\"prompt\":\"And it came to pass %d\",\"max_tokens\":120,\"logit_bias\":{\"1023\":-100}}"
        .formatted(number);
  }

  @Test
  void aGatewayThatIsKilledLosesNoTaskAndItsClientsGetTheOneAnswer() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
    List<String> tasks = new ArrayList<>();
    for (int number = 0; number < COMPLETIONS; number++) {
      pending.add(
          calls.begin(first + "/v1/completions", completion(number), KEY, "kill-" + number));
      Answer task = calls.post(first + "/v1/tasks", completion(number));
      assertThat(task.status()).as(task.json().toString()).isEqualTo(202);
      tasks.add(task.json().path("id").asText());
    }
    kill("gateway-1");
    int broken = 0;
    for (CompletableFuture<HttpResponse<String>> call : pending) {
      try {
        call.get();
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(IOException.class);
        broken++;
      }
    }
    assertThat(broken).as("requests that were pending").isPositive();

    List<JsonNode> answers = new ArrayList<>();
    for (int number = 0; number < COMPLETIONS; number++) {
      Answer retry =
          calls.post(second + "/v1/completions", completion(number), KEY, "kill-" + number);
      assertThat(retry.status()).as(retry.json().toString()).isEqualTo(200);
      answers.add(retry.json());
      tasks.add(retry.json().path("id").asText());
    }
    awaitHealth(first);
    for (int number = 0; number < COMPLETIONS; number++) {
      assertThat(
              calls
                  .post(first + "/v1/completions", completion(number), KEY, "kill-" + number)
                  .json())
          .isEqualTo(answers.get(number));
    }
    for (String task : tasks) {
      assertEnded(first, task);
    }
    assertThat(tasks).doesNotHaveDuplicates();
    cluster.audit();
  }

  private static void assertEnded(String gateway, String task)
      throws IOException, InterruptedException {
    Answer ended = calls.get(gateway + "/v1/tasks/" + task, "Prefer", "wait=50");
    assertThat(ended.status()).as(task).isEqualTo(200);
    assertThat(ended.json().path("status").asText())
        .as(ended.json().toString())
        .isEqualTo("succeeded");
  }

  @Test
  void healthTellsOfADatabaseThatIsKilledAndNoTaskIsLost() throws Exception {
    assertNothingIsLostWithout("database", "storage-engine", false);
  }

  @Test
  void healthTellsOfABrokerThatIsKilledAndNoTaskIsLost() throws Exception {
    assertNothingIsLostWithout("broker", "task-queue", true);
  }

  /**
   * Kills a member while tasks are made at both gateways.
   *
   * @param refuses whether tasks may be refused meanwhile
   */
  private static void assertNothingIsLostWithout(String member, String component, boolean refuses)
      throws Exception {
    List<Double> expected =
        probabilities(calls.post(second + "/v2/models/digits/infer", digits()).json());
    List<String> accepted;
    try (TaskMaker maker = new TaskMaker(refuses)) {
      maker.awaitAccepted(20);
      kill(member);
      awaitProblem(component);
      awaitHealth(first);
      awaitHealth(second);
      maker.awaitAccepted(20);
      accepted = maker.end();
    }
    assertThat(accepted).doesNotHaveDuplicates();
    for (String task : accepted) {
      assertEnded(second, task);
      List<Double> result =
          probabilities(calls.get(first + "/v1/tasks/" + task + "/result").json());
      assertThat(result).as(task).hasSameSizeAs(expected);
      for (int digit = 0; digit < result.size(); digit++) {
        assertThat(result.get(digit)).as(task).isCloseTo(expected.get(digit), ROUNDING);
      }
    }
  }

  private static List<Double> probabilities(JsonNode body) {
    List<Double> data = new ArrayList<>();
    body.at("/outputs/0/data").forEach(value -> data.add(value.asDouble()));
    assertThat(data).as(body.toString()).hasSize(10);
    return data;
  }

  /** Waits until both have seen that something is away, which each says for a second at least. */
  private static void awaitProblem(String component) {
    Set<String> silent = new HashSet<>(List.of(first, second));
    Awaitility.await("both gateways tell of " + component)
        .pollInterval(SHORT_INTERVAL)
        .atMost(TELLS_WITHIN)
        .until(
            () -> {
              for (String gateway : List.copyOf(silent)) {
                Answer health = calls.get(gateway + "/healthz");
                JsonNode check = health.json().path("checks").path(component);
                if (check.path("status").asText().equals("unhealthy")) {
                  assertThat(health.status()).isEqualTo(503);
                  assertThat(check.path("reason").asText()).isNotEmpty();
                  silent.remove(gateway);
                }
              }
              return silent.isEmpty();
            });
  }

  /** Makes tasks at both gateways in turn. */
  private static final class TaskMaker implements AutoCloseable {
    private final boolean refuses;
    private final List<String> accepted = Collections.synchronizedList(new ArrayList<>());
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> making;
    private int made;

    TaskMaker(boolean refuses) {
      this.refuses = refuses;
      making = thread.scheduleWithFixedDelay(this::make, 0, 30, TimeUnit.MILLISECONDS);
    }

    private void make() {
      try {
        String gateway = made++ % 2 == 0 ? first : second;
        Answer answer = calls.post(gateway + "/v1/tasks", digits());
        if (answer.status() == 202) {
          accepted.add(answer.json().path("id").asText());
        } else {
          assertThat(refuses).as(answer.json().toString()).isTrue();
          assertThat(answer.status()).as(answer.json().toString()).isEqualTo(503);
        }
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("tasks cannot be made", e);
      }
    }

    void awaitAccepted(int more) {
      int enough = accepted.size() + more;
      Awaitility.await().atMost(PATIENCE).until(() -> making.isDone() || accepted.size() >= enough);
    }

    /** Makes no more; returns all that were accepted. */
    List<String> end() throws InterruptedException {
      assertThat(making.isDone()).as("tasks are made no more").isFalse();
      close();
      return List.copyOf(accepted);
    }

    @Override
    public void close() throws InterruptedException {
      thread.shutdown();
      assertThat(thread.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String digits() {
    StringBuilder data = new StringBuilder("0.5");
    for (int pixel = 1; pixel < 64; pixel++) {
      data.append(",0.25");
    }
    return "{\"model_name\":\"digits\",\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,8,8],\"datatype\":\"FP32\",\"data\":[%s]}]}"
        .formatted(data);
  }
}
