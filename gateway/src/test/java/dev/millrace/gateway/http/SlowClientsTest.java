package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With raw sockets before a real server. */
class SlowClientsTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final int READ_TIMEOUT_MILLIS = 30_000;

  private final Vertx vertx = Vertx.vertx();
  private int port;

  @BeforeEach
  void serve() throws Exception {
    CompletableFuture<HttpServer> server = new CompletableFuture<>();
    vertx.runOnContext(
        now -> {
          SlowClients slow = new SlowClients(vertx, PATIENCE);
          Router router = Router.router(vertx);
          router.route().handler(slow);
          router.route().handler(BodyHandler.create(false));
          router
              .route("/late")
              .handler(
                  context ->
                      vertx.setTimer(
                          PATIENCE.toMillis() * 4, timer -> context.response().end("at last")));
          router.route().handler(context -> context.response().end("at once"));
          vertx
              .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
              .connectionHandler(slow::opened)
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .onSuccess(server::complete)
              .onFailure(server::completeExceptionally);
        });
    port = server.get(30, TimeUnit.SECONDS).actualPort();
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** What comes until the server closes the connection. */
  private String exchange(String... parts) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(US_ASCII));
        socket.getOutputStream().flush();
      }
      InputStream answer = socket.getInputStream();
      return new String(answer.readAllBytes(), US_ASCII);
    }
  }

  @Test
  void whoWaitsForAnAnswerIsNotSlow() throws Exception {
    assertThat(exchange("GET /late HTTP/1.1\r\nhost: a\r\n\r\n")).endsWith("at last");
    assertThat(exchange("POST /late HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n", "ab"))
        .endsWith("at last");
  }

  @Test
  void whoBeginsNoRequestIsSlow() throws Exception {
    assertThat(exchange()).isEmpty();
    assertThat(exchange("GET / HTTP/1.1\r\nhos")).isEmpty();
  }

  @Test
  void whoDoesNotSendAllOfItIsSlow() throws Exception {
    assertThat(exchange("POST /late HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n", "ab"))
        .isEmpty();
  }

  @Test
  void whoHasNoNextRequestIsSlow() throws Exception {
    assertThat(exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n")).endsWith("at once");
  }
}
