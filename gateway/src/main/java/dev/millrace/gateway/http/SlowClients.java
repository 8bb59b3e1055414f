package dev.millrace.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections whose clients take too long: to begin a request, to send all of it, or to take
 * the answer. A client that waits for an answer takes no time of its own, so the idle time-out of
 * the server is not what is needed. Confined to the event loop of its connections.
 */
public final class SlowClients implements Handler<RoutingContext> {
  private final Vertx vertx;
  private final long patienceMillis;
  private final Map<HttpConnection, Watch> watches = new HashMap<>();

  /**
   * @param patience how long a client may take
   */
  public SlowClients(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patienceMillis = patience.toMillis();
  }

  /** A connection was opened. */
  public void opened(HttpConnection connection) {
    Watch watch = new Watch(connection);
    watches.put(connection, watch);
    connection.closeHandler(
        closed -> {
          watches.remove(connection);
          watch.stop();
        });
    watch.start();
  }

  /** A request has begun. */
  @Override
  public void handle(RoutingContext context) {
    Watch watch = watches.get(context.request().connection());
    if (watch != null) {
      watch.requestBegun();
      // Completes when all of it has come; until then the watch goes on.
      context.request().end().onComplete(read -> watch.requestRead());
      context.addEndHandler(answered -> watch.requestAnswered());
    }
    context.next();
  }

  /** Of one connection; with HTTP/2 it has several requests at once. */
  private final class Watch {
    private static final long NO_TIMER = -1;

    private final HttpConnection connection;
    private int unread;
    private int unanswered;
    private long timer = NO_TIMER;

    private Watch(HttpConnection connection) {
      this.connection = connection;
    }

    private void requestBegun() {
      unread++;
      unanswered++;
      start();
    }

    private void requestRead() {
      unread--;
      update();
    }

    private void requestAnswered() {
      unanswered--;
      update();
    }

    /** Time runs unless all requests are here and one of them waits for its answer. */
    private void update() {
      if (unread > 0 || unanswered == 0) {
        start();
      } else {
        stop();
      }
    }

    private void start() {
      stop();
      if (watches.get(connection) == this) {
        timer = vertx.setTimer(patienceMillis, late -> connection.close());
      }
    }

    private void stop() {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }
}
