package dev.millrace.cli.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A client of Flink's REST API. With more than one JobManager any of them may be asked: each passes
 * on to the leader.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api/">Flink
 *     2.3, REST API</a>
 */
public final class FlinkRest {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);

  /** Status codes of failures that come with none. */
  private static final int CONFLICT = 409;

  private static final int TIMED_OUT = 504;

  private final FlinkHttp http;

  /**
   * @param servers the REST addresses of the JobManagers, such as {@code http://127.0.0.1:8081}
   */
  public FlinkRest(List<URI> servers) {
    this.http = new FlinkHttp(servers);
  }

  /** Slots and how many of them are free. */
  public record Overview(int taskManagers, int slots, int freeSlots) {}

  /** What the cluster has. */
  public Overview overview() throws FlinkRestException, InterruptedException {
    JsonNode overview = http.get("/overview");
    return new Overview(
        overview.path("taskmanagers").asInt(),
        overview.path("slots-total").asInt(),
        overview.path("slots-available").asInt());
  }

  /** The resource ids of the TaskManagers that are registered, and where each can be reached. */
  public Map<String, String> taskManagers() throws FlinkRestException, InterruptedException {
    Map<String, String> taskManagers = new TreeMap<>();
    for (JsonNode each : http.get("/taskmanagers").path("taskmanagers")) {
      taskManagers.put(each.path("id").asText(), each.path("path").asText());
    }
    return taskManagers;
  }

  /** All jobs that the cluster remembers, the newest first. */
  public List<JobSummary> jobs() throws FlinkRestException, InterruptedException {
    List<JobSummary> jobs = new ArrayList<>();
    for (JsonNode job : http.get("/jobs/overview").path("jobs")) {
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
    for (JsonNode vertex : http.get("/jobs/" + job).path("vertices")) {
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
          http.get("/jobs/%s/vertices/%s/taskmanagers".formatted(job, vertex))
              .path("taskmanagers")) {
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
    return http.get("/jobs/%s/checkpoints".formatted(job))
        .path("counts")
        .path("completed")
        .asLong();
  }

  /** Why a job last failed, if it has. */
  public Optional<String> failure(String job) throws FlinkRestException, InterruptedException {
    JsonNode entries =
        http.get("/jobs/%s/exceptions?maxExceptions=1".formatted(job))
            .path("exceptionHistory")
            .path("entries");
    String trace = entries.path(0).path("stacktrace").asText();
    return trace.isEmpty() ? Optional.empty() : Optional.of(FlinkHttp.lastCause(trace));
  }

  /** Has the cluster keep a jar, and returns the id under which it does. */
  public String uploadJar(Path jar) throws FlinkRestException, IOException, InterruptedException {
    String file = http.upload("/jars/upload", "jarfile", jar).path("filename").asText();
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
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    submission.arguments().forEach(body.putArray("programArgsList")::add);
    body.put("parallelism", submission.parallelism());
    submission.savepoint().ifPresent(path -> body.put("savepointPath", path));
    return http.post("/jars/%s/run".formatted(jar), body).path("jobid").asText();
  }

  /** Deletes a jar that was uploaded. Jobs that run do not need it any more. */
  public void deleteJar(String jar) throws FlinkRestException, InterruptedException {
    http.delete("/jars/" + jar);
  }

  /**
   * Takes a savepoint of a running job.
   *
   * @param directory where to
   * @return its path
   */
  public String savepoint(String job, String directory, Duration timeout)
      throws FlinkRestException, InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("target-directory", directory);
    body.put("cancel-job", false);
    return awaitSavepoint(job, http.post("/jobs/%s/savepoints".formatted(job), body), timeout);
  }

  /**
   * Stops a job with a savepoint: its sources read no more, and all that it has answered is
   * committed.
   *
   * @return the path of the savepoint
   */
  public String stop(String job, String directory, Duration timeout)
      throws FlinkRestException, InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("targetDirectory", directory);
    body.put("drain", false);
    return awaitSavepoint(job, http.post("/jobs/%s/stop".formatted(job), body), timeout);
  }

  private String awaitSavepoint(String job, JsonNode trigger, Duration timeout)
      throws FlinkRestException, InterruptedException {
    String path = "/jobs/%s/savepoints/%s".formatted(job, trigger.path("request-id").asText());
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode status = http.get(path);
      if (status.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = status.path("operation");
        if (operation.has("location")) {
          return operation.path("location").asText();
        }
        String trace = operation.path("failure-cause").path("stack-trace").asText();
        throw FlinkRestException.refused(
            "the savepoint failed: " + FlinkHttp.lastCause(trace), CONFLICT);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
    throw FlinkRestException.refused(
        "the savepoint was not complete within %d s".formatted(timeout.toSeconds()), TIMED_OUT);
  }

  /** Cancels a job, without a savepoint. Returns before it has ended. */
  public void cancel(String job) throws FlinkRestException, InterruptedException {
    http.patch("/jobs/%s?mode=cancel".formatted(job));
  }

  /** Asks for another parallelism of all vertices, which the adaptive scheduler brings about. */
  public void rescale(String job, int parallelism) throws FlinkRestException, InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (String vertex : parallelism(job).keySet()) {
      ObjectNode bounds = body.putObject(vertex).putObject("parallelism");
      bounds.put("lowerBound", 1);
      bounds.put("upperBound", parallelism);
    }
    http.put("/jobs/%s/resource-requirements".formatted(job), body);
  }
}
