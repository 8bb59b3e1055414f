package dev.millrace.cli.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks JobManagers, one after the other until one answers, and reads their JSON. */
final class FlinkHttp {
  /** These exceptions are raised for wrong options and models, with what to do about it. */
  private static final Pattern SAID_TO_USERS =
      Pattern.compile(
          "^(org\\.apache\\.flink\\.configuration\\.IllegalConfigurationException"
              + "|dev\\.millrace\\.[\\w.]*\\.InvalidModelException): ");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int SUCCESS = 2;
  private static final int HUNDRED = 100;

  private final List<URI> servers;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  FlinkHttp(List<URI> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no JobManager");
    }
    this.servers = List.copyOf(servers);
  }

  JsonNode get(String path) throws FlinkRestException, InterruptedException {
    return send("GET", path, null, BodyPublishers.noBody());
  }

  JsonNode post(String path, JsonNode body) throws FlinkRestException, InterruptedException {
    return send("POST", path, "application/json", BodyPublishers.ofString(body.toString()));
  }

  void put(String path, JsonNode body) throws FlinkRestException, InterruptedException {
    send("PUT", path, "application/json", BodyPublishers.ofString(body.toString()));
  }

  void patch(String path) throws FlinkRestException, InterruptedException {
    send("PATCH", path, null, BodyPublishers.noBody());
  }

  void delete(String path) throws FlinkRestException, InterruptedException {
    send("DELETE", path, null, BodyPublishers.noBody());
  }

  /** Sends a jar as a field of a form. */
  JsonNode upload(String path, String field, Path jar)
      throws FlinkRestException, IOException, InterruptedException {
    String boundary = "millrace-" + UUID.randomUUID();
    String disposition =
        "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\""
            .formatted(field, jar.getFileName());
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
    return send(
        "POST",
        path,
        "multipart/form-data; boundary=" + boundary,
        BodyPublishers.concat(
            BodyPublishers.ofByteArray(head),
            BodyPublishers.ofFile(jar),
            BodyPublishers.ofByteArray(tail)));
  }

  private JsonNode send(
      String method, String path, @Nullable String contentType, BodyPublisher body)
      throws FlinkRestException, InterruptedException {
    IOException unreachable = null;
    for (URI server : servers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT).method(method, body);
      if (contentType != null) {
        request.header("Content-Type", contentType);
      }
      try {
        return answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
      } catch (FlinkRestException e) {
        throw e;
      } catch (IOException e) {
        unreachable = e;
      }
    }
    throw FlinkRestException.unreachable(
        "no JobManager answers on %s: is the cluster up?".formatted(servers), unreachable);
  }

  private static JsonNode answer(HttpResponse<byte[]> response) throws IOException {
    JsonNode json =
        response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
    if (response.statusCode() / HUNDRED == SUCCESS) {
      return json;
    }
    throw FlinkRestException.refused(
        "Flink refuses %s: %s".formatted(response.uri().getPath(), reason(json)),
        response.statusCode());
  }

  /** The last of the errors has the trace, if there is one. */
  private static String reason(JsonNode json) {
    JsonNode errors = json.path("errors");
    return errors.isEmpty()
        ? "no reason given"
        : lastCause(errors.path(errors.size() - 1).asText());
  }

  /**
   * Why it failed, from a stack trace: what was said to users in so many words, or else the message
   * of the innermost cause.
   */
  static String lastCause(String trace) {
    List<String> causes =
        trace
            .lines()
            .filter(
                line -> !line.isBlank() && !line.startsWith("\t") && !line.startsWith("End of "))
            .map(line -> line.replaceFirst("^Caused by: ", ""))
            .toList();
    return causes.stream()
        .filter(cause -> SAID_TO_USERS.matcher(cause).find())
        .reduce((outer, inner) -> inner)
        .map(cause -> SAID_TO_USERS.matcher(cause).replaceFirst(""))
        .or(() -> causes.stream().reduce((outer, inner) -> inner))
        .orElse("no reason given");
  }
}
