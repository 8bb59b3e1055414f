package dev.millrace.cli.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.gateway.http.Contract;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Calls a gateway, and holds every answer in JSON to the contract. */
final class ContractClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String url;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final Vertx vertx = Vertx.vertx();
  private final OpenAPIContract contract;
  private final ResponseValidator validator;

  ContractClient(String url) throws Exception {
    this.url = url;
    this.contract = Contract.load(vertx).toCompletionStage().toCompletableFuture().get(30, SECONDS);
    this.validator = ResponseValidator.create(vertx, contract);
  }

  /** An answer, and what its body is in JSON. */
  record Answer(int status, HttpResponse<byte[]> response, JsonNode json) {
    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  List<Operation> operations() {
    return contract.operations();
  }

  Answer get(String token, String path) throws Exception {
    return send(request(token, path).GET().build());
  }

  Answer post(String token, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request = request(token, path).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  Answer post(String token, String path, byte[] body, String... headers) throws Exception {
    return send(
        request(token, path).headers(headers).POST(BodyPublishers.ofByteArray(body)).build());
  }

  HttpRequest.Builder request(String token, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  HttpClient http() {
    return http;
  }

  Answer send(HttpRequest request) throws Exception {
    HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
    String type = response.headers().firstValue("content-type").orElse("");
    assertThat(response.headers().firstValue("x-request-id")).as("request id").isPresent();
    if (!type.equals("application/json")) {
      return new Answer(response.statusCode(), response, mapper.nullNode());
    }
    check(request, response);
    return new Answer(response.statusCode(), response, mapper.readTree(response.body()));
  }

  private void check(HttpRequest request, HttpResponse<byte[]> response) throws Exception {
    Operation operation =
        contract.findOperation(request.uri().getRawPath(), HttpMethod.valueOf(request.method()));
    if (operation == null) {
      return;
    }
    validator
        .validate(
            ValidatableResponse.create(
                response.statusCode(), Buffer.buffer(response.body()), "application/json"),
            operation.getOperationId())
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, SECONDS);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
