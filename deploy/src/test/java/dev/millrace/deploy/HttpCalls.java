package dev.millrace.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls gateways as one tenant. Safe for use by several threads. */
final class HttpCalls {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final String token;

  HttpCalls(String token) {
    this.token = token;
  }

  /** An answer, whose body is JSON. */
  record Answer(int status, JsonNode json) {}

  Answer get(String url, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = request(url).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return answer(http.send(request.build(), BodyHandlers.ofString()));
  }

  Answer post(String url, String body, String... headers) throws IOException, InterruptedException {
    return answer(http.send(posting(url, body, headers), BodyHandlers.ofString()));
  }

  /** Fails when the gateway goes away. */
  CompletableFuture<HttpResponse<String>> begin(String url, String body, String... headers) {
    return http.sendAsync(posting(url, body, headers), BodyHandlers.ofString());
  }

  private HttpRequest posting(String url, String body, String... headers) {
    HttpRequest.Builder request = request(url).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  private HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private Answer answer(HttpResponse<String> response) throws IOException {
    return new Answer(response.statusCode(), mapper.readTree(response.body()));
  }
}
