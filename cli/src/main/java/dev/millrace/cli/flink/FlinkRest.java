package dev.millrace.cli.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A client of Flink's REST API. With more than one JobManager any of them may be asked: each passes
 * on to the leader.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api/">Flink
 *     2.3, REST API</a>
 */
public final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
  private static final int SUCCESS = 2;
  private static final int HUNDRED = 100;

  private final List<URI> servers;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /**
   * @param servers the REST addresses of the JobManagers, such as {@code http://127.0.0.1:8081}
   */
  public FlinkRest(List<URI> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no JobManager");
    }
    this.servers = List.copyOf(servers);
  }

  /** Slots and how many of them are free. */
  public record Overview(int taskManagers, int slots, int freeSlots) {}

  /** What the cluster has. */
  public Overview overview() throws FlinkRestException, InterruptedException {
    JsonNode overview = get("/overview");
    return new Overview(
        overview.path("taskmanagers").asInt(),
        overview.path("slots-total").asInt(),
        overview.path("slots-available").asInt());
  }

  /** The resource ids of the TaskManagers that are registered, and where each can be reached. */
  public Map<String, String> taskManagers() throws FlinkRestException, InterruptedException {
    Map<String, String> taskManagers = new TreeMap<>();
    for (JsonNode each : get("/taskmanagers").path("taskmanagers")) {
      taskManagers.put(each.path("id").asText(), each.path("path").asText());
    }
    return taskManagers;
  }

  /** All jobs that the cluster remembers, the newest first. */
  public List<JobSummary> jobs() throws FlinkRestException, InterruptedException {
    List<JobSummary> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      jobs.add(
          new JobSummary(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              Instant.ofEpochMilli(job.path("start-time").asLong()),
              job.path("tasks").path("running").asInt(),
              job.path("tasks").path("total").asInt()));
    }
    jobs.sort((one, other) -> other.startedAt().compareTo(one.startedAt()));
    return jobs;
  }

  /** The parallelism of each vertex of a job, by the vertex' id. */
  public Map<String, Integer> parallelism(String job)
      throws FlinkRestException, InterruptedException {
    Map<String, Integer> parallelism = new TreeMap<>();
    for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
      parallelism.put(vertex.path("id").asText(), vertex.path("parallelism").asInt());
    }
    return parallelism;
  }

  /** On which TaskManagers the tasks of a job are, by resource id: how many. */
  public Map<String, Integer> placement(String job)
      throws FlinkRestException, InterruptedException {
    Map<String, Integer> tasks = new TreeMap<>();
    for (String vertex : parallelism(job).keySet()) {
      for (JsonNode each :
          get("/jobs/%s/vertices/%s/taskmanagers".formatted(job, vertex)).path("taskmanagers")) {
        int running = each.path("status-counts").path("RUNNING").asInt();
        if (running > 0) {
          tasks.merge(each.path("taskmanager-id").asText(), running, Integer::sum);
        }
      }
    }
    return tasks;
  }

  /** How many checkpoints of a job are complete, since it was started. */
  public long completedCheckpoints(String job) throws FlinkRestException, InterruptedException {
    return get("/jobs/%s/checkpoints".formatted(job)).path("counts").path("completed").asLong();
  }

  /** Why a job last failed, if it has. */
  public Optional<String> failure(String job) throws FlinkRestException, InterruptedException {
    JsonNode entries =
        get("/jobs/%s/exceptions?maxExceptions=1".formatted(job))
            .path("exceptionHistory")
            .path("entries");
    String trace = entries.path(0).path("stacktrace").asText();
    return trace.isEmpty() ? Optional.empty() : Optional.of(lastCause(trace));
  }

  /** Has the cluster keep a jar, and returns the id under which it does. */
  public String uploadJar(Path jar) throws FlinkRestException, IOException, InterruptedException {
    String boundary = "millrace-" + UUID.randomUUID();
    String disposition =
        "Content-Disposition: form-data; name=\"jarfile\"; filename=\"%s\""
            .formatted(jar.getFileName());
    byte[] head =
        String.join(
                "\r\n",
                "--" + boundary,
                disposition,
                "Content-Type: application/x-java-archive",
                "",
                "")
            .getBytes(UTF_8);
    byte[] tail = "\r\n--%s--\r\n".formatted(boundary).getBytes(UTF_8);
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.concat(
            HttpRequest.BodyPublishers.ofByteArray(head),
            HttpRequest.BodyPublishers.ofFile(jar),
            HttpRequest.BodyPublishers.ofByteArray(tail));
    JsonNode answer =
        send(
            "POST",
            "/jars/upload",
            request -> request.header("Content-Type", "multipart/form-data; boundary=" + boundary),
            body);
    String file = answer.path("filename").asText();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /**
   * How a job is to be started.
   *
   * @param arguments of its main
   * @param savepoint a savepoint or retained checkpoint to go on from
   */
  public record Submission(List<String> arguments, int parallelism, Optional<String> savepoint) {
    public Submission {
      arguments = List.copyOf(arguments);
    }
  }

  /** Runs the main class of a jar that was uploaded, and returns the id of its job. */
  public String run(String jar, Submission submission)
      throws FlinkRestException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    submission.arguments().forEach(body.putArray("programArgsList")::add);
    body.put("parallelism", submission.parallelism());
    submission.savepoint().ifPresent(path -> body.put("savepointPath", path));
    return post("/jars/%s/run".formatted(jar), body).path("jobid").asText();
  }

  /** Deletes a jar that was uploaded. Jobs that run do not need it any more. */
  public void deleteJar(String jar) throws FlinkRestException, InterruptedException {
    send("DELETE", "/jars/" + jar, request -> {}, HttpRequest.BodyPublishers.noBody());
  }

  /**
   * Takes a savepoint of a running job.
   *
   * @param directory where to
   * @return its path
   */
  public String savepoint(String job, String directory, Duration timeout)
      throws FlinkRestException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("target-directory", directory);
    body.put("cancel-job", false);
    return awaitSavepoint(job, post("/jobs/%s/savepoints".formatted(job), body), timeout);
  }

  /**
   * Stops a job with a savepoint: its sources read no more, and all that it has answered is
   * committed.
   *
   * @return the path of the savepoint
   */
  public String stop(String job, String directory, Duration timeout)
      throws FlinkRestException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("targetDirectory", directory);
    body.put("drain", false);
    return awaitSavepoint(job, post("/jobs/%s/stop".formatted(job), body), timeout);
  }

  private String awaitSavepoint(String job, JsonNode trigger, Duration timeout)
      throws FlinkRestException, InterruptedException {
    String path = "/jobs/%s/savepoints/%s".formatted(job, trigger.path("request-id").asText());
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode status = get(path);
      if (status.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = status.path("operation");
        if (operation.has("location")) {
          return operation.path("location").asText();
        }
        String trace = operation.path("failure-cause").path("stack-trace").asText();
        throw FlinkRestException.refused(
            "the savepoint failed: " + lastCause(trace), HttpResponses.CONFLICT);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
    throw FlinkRestException.refused(
        "the savepoint was not complete within %d s".formatted(timeout.toSeconds()),
        HttpResponses.TIMEOUT);
  }

  /** Cancels a job, without a savepoint. Returns before it has ended. */
  public void cancel(String job) throws FlinkRestException, InterruptedException {
    send(
        "PATCH",
        "/jobs/%s?mode=cancel".formatted(job),
        request -> {},
        HttpRequest.BodyPublishers.noBody());
  }

  /** Asks for another parallelism of all vertices, which the adaptive scheduler brings about. */
  public void rescale(String job, int parallelism) throws FlinkRestException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    for (String vertex : parallelism(job).keySet()) {
      ObjectNode bounds = body.putObject(vertex).putObject("parallelism");
      bounds.put("lowerBound", 1);
      bounds.put("upperBound", parallelism);
    }
    send(
        "PUT",
        "/jobs/%s/resource-requirements".formatted(job),
        request -> request.header("Content-Type", "application/json"),
        HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  private JsonNode get(String path) throws FlinkRestException, InterruptedException {
    return send("GET", path, request -> {}, HttpRequest.BodyPublishers.noBody());
  }

  private JsonNode post(String path, JsonNode body)
      throws FlinkRestException, InterruptedException {
    return send(
        "POST",
        path,
        request -> request.header("Content-Type", "application/json"),
        HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  /** Adds headers. */
  private interface Headers {
    void addTo(HttpRequest.Builder request);
  }

  private JsonNode send(String method, String path, Headers headers, HttpRequest.BodyPublisher body)
      throws FlinkRestException, InterruptedException {
    IOException unreachable = null;
    for (URI server : servers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT).method(method, body);
      headers.addTo(request);
      try {
        return answer(client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
      } catch (FlinkRestException e) {
        throw e;
      } catch (IOException e) {
        unreachable = e;
      }
    }
    throw FlinkRestException.unreachable(
        "no JobManager answers on %s: is the cluster up?".formatted(servers), unreachable);
  }

  private static JsonNode answer(HttpResponse<InputStream> response) throws IOException {
    try (InputStream stream = response.body()) {
      byte[] text = stream.readAllBytes();
      JsonNode json = text.length == 0 ? JSON.createObjectNode() : JSON.readTree(text);
      if (response.statusCode() / HUNDRED == SUCCESS) {
        return json;
      }
      throw FlinkRestException.refused(
          "Flink refuses %s: %s".formatted(response.uri().getPath(), reason(json)),
          response.statusCode());
    }
  }

  /** The last of the errors has the trace, if there is one. */
  private static String reason(JsonNode json) {
    JsonNode errors = json.path("errors");
    return errors.isEmpty()
        ? "no reason given"
        : lastCause(errors.path(errors.size() - 1).asText());
  }

  /** The message of the innermost cause of a stack trace. */
  static String lastCause(String trace) {
    return trace
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("\t") && !line.startsWith("End of "))
        .reduce((outer, inner) -> inner)
        .map(line -> line.replaceFirst("^Caused by: ", ""))
        .orElse("no reason given");
  }

  /** Status codes that this client gives to failures that come with none. */
  private static final class HttpResponses {
    static final int CONFLICT = 409;
    static final int TIMEOUT = 504;

    private HttpResponses() {}
  }
}
