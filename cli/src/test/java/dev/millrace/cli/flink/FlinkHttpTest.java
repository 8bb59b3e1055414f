package dev.millrace.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlinkHttpTest {
  @Test
  void tellsTheInnermostCause() {
    assertThat(
            FlinkHttp.lastCause(
                """
                java.util.concurrent.CompletionException: something
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: no space left
                \t... 3 more
                End of exception on server side
                """))
        .isEqualTo("java.io.IOException: no space left");
  }

  @Test
  void tellsWhatWasSaidToUsersRatherThanWhatItCameFrom() {
    assertThat(
            FlinkHttp.lastCause(
                """
                org.apache.flink.client.program.ProgramInvocationException: The main method caused an error
                Caused by: org.apache.flink.configuration.IllegalConfigurationException: execution.checkpointing.dir: nothing can be written below file:/f
                \tat a.B.c(B.java:1)
                Caused by: java.nio.file.FileAlreadyExistsException: /f
                """))
        .isEqualTo("execution.checkpointing.dir: nothing can be written below file:/f");
    assertThat(
            FlinkHttp.lastCause(
                "Caused by: dev.millrace.engines.repository.InvalidModelException: no model"))
        .isEqualTo("no model");
  }

  /** A watcher that does not hear it is waited for by whoever ends it, for ever. */
  @Test
  void anInterruptIsNotLostWhileABodyIsRead() throws Exception {
    CountDownLatch answering = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          answering.countDown();
          await(over);
        });
    server.start();
    try {
      FlinkHttp http =
          new FlinkHttp(List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())));
      FutureTask<Object> asking = new FutureTask<>(() -> http.get("/jobs"));
      Thread thread = new Thread(asking, "asking");
      thread.start();
      answering.await();
      // The headers are read within this time, and the body never is.
      TimeUnit.MILLISECONDS.sleep(300);
      thread.interrupt();

      assertThatThrownBy(() -> asking.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
    } finally {
      over.countDown();
      server.stop(0);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void saysSoWhereThereIsNoReason() {
    assertThat(FlinkHttp.lastCause("\n")).isEqualTo("no reason given");
  }
}
