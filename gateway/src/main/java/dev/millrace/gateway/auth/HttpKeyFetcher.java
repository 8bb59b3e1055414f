package dev.millrace.gateway.auth;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a JWK set by HTTP. Redirects are not followed: they could lead from https to anywhere.
 */
final class HttpKeyFetcher implements KeyFetcher {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI uri;
  private final Duration timeout;

  /**
   * @param timeout how long all of an answer may take
   */
  HttpKeyFetcher(URI uri, Duration timeout) {
    this.uri = uri;
    this.timeout = timeout;
  }

  @Override
  public byte[] fetch() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build();
    // The request's own time-out ends with the headers, and a body may trickle for ever.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, response -> new BoundedBody(MAXIMUM_BYTES));
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw new IOException("it answers with status " + response.statusCode());
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within %d ms".formatted(timeout.toMillis()), e);
    } catch (ExecutionException e) {
      throw new IOException("it does not answer: " + e.getCause(), e);
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
