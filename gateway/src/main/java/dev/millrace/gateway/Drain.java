package dev.millrace.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the servers, in order: nobody new comes in; who waits has some seconds for an answer;
 * who still waits then hears that there will be none, and their requests are taken back.
 */
final class Drain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final Duration ANSWERS = Duration.ofSeconds(5);
  private static final Duration FAREWELLS = Duration.ofSeconds(2);

  private final List<HttpServer> servers;
  private final List<Runnable> dismissals;

  /**
   * @param dismissals each has those leave who wait for something
   */
  Drain(List<HttpServer> servers, List<Runnable> dismissals) {
    this.servers = List.copyOf(servers);
    this.dismissals = List.copyOf(dismissals);
  }

  @Override
  public void close() throws InterruptedException {
    long limit = ANSWERS.plus(FAREWELLS).toMillis();
    List<Future<Void>> ends =
        servers.stream().map(server -> server.shutdown(limit, TimeUnit.MILLISECONDS)).toList();
    CompletableFuture<?> end = Future.join(ends).toCompletionStage().toCompletableFuture();
    if (isOver(end, ANSWERS)) {
      return;
    }
    LOG.info("Whoever still waits for an answer hears that there will be none");
    dismissals.forEach(Runnable::run);
    if (!isOver(end, FAREWELLS)) {
      LOG.warn("Some connections have not ended and are cut");
    }
  }

  private static boolean isOver(CompletableFuture<?> end, Duration patience)
      throws InterruptedException {
    try {
      end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      LOG.warn("A server has not ended in order", e);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
