package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/** What Flink's REST API says of the only job of a cluster. */
final class ClusterJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String jobManager;
  private final String id;

  private ClusterJob(String jobManager) throws IOException, InterruptedException {
    this.jobManager = jobManager;
    JsonNode jobs = get("/jobs").path("jobs");
    assertThat(jobs).hasSize(1);
    this.id = jobs.path(0).path("id").asText();
  }

  static ClusterJob of(TestCluster cluster) throws IOException, InterruptedException {
    return new ClusterJob(cluster.state().path("rest").path(0).asText());
  }

  /** When the last checkpoint that is complete was begun, epoch milliseconds; 0 without any. */
  long lastCheckpoint() throws IOException, InterruptedException {
    return get("/jobs/" + id + "/checkpoints").at("/latest/completed/trigger_timestamp").asLong();
  }

  /** The TaskManager that has most of the tasks that run. */
  String busyTaskManager() throws IOException, InterruptedException {
    Map<String, Integer> running = new TreeMap<>();
    for (JsonNode vertex : get("/jobs/" + id).path("vertices")) {
      String path = "/jobs/%s/vertices/%s/taskmanagers".formatted(id, vertex.path("id").asText());
      for (JsonNode each : get(path).path("taskmanagers")) {
        int tasks = each.path("status-counts").path("RUNNING").asInt();
        running.merge(each.path("taskmanager-id").asText(), tasks, Integer::sum);
      }
    }
    return running.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow(() -> new AssertionError("no TaskManager has a task"))
        .getKey();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(jobManager + path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }
}
