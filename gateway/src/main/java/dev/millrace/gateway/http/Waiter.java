package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.PendingReplies;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.exchange.ReplyListener;
import dev.millrace.gateway.exchange.Submission;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP request that waits for its replies: until the answer, until its patience is over, or
 * until its client has gone. In the two latter cases the request is taken back, unless it is a
 * task: whoever sent it may ask for it again.
 *
 * <p>Replies are passed on to the event loop of the request; all else is confined to it.
 */
final class Waiter implements ReplyListener {
  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);

  private final Exchange exchange;
  private final Vertx vertx;
  private final Context loop;
  private final Submission submission;
  private final Call call;
  private final Receiver receiver;
  private final Duration patience;
  private long timer;
  private boolean over;

  /** Who is told, on the event loop. */
  interface Receiver {
    /** A piece of a text; a replay may repeat it. */
    default void piece(Reply reply) {
      // Who waits for all of an answer has no use for a piece.
    }

    /** Others asked first: some pieces have gone to them, perhaps all. */
    default void joined() {
      // It makes no difference to who waits for all of an answer.
    }

    /** The answer; nothing comes behind it. */
    void answer(Reply reply);

    /** There will be no answer. */
    void failed(ApiError error);
  }

  private Waiter(
      Exchange exchange,
      RoutingContext context,
      Submission submission,
      Duration patience,
      Receiver receiver) {
    this.exchange = exchange;
    this.vertx = context.vertx();
    this.loop = vertx.getOrCreateContext();
    this.submission = submission;
    this.call = Call.of(context);
    this.patience = patience;
    this.receiver = receiver;
  }

  /** Sends a request, unless one of its name is under way, and waits. */
  static void start(
      Exchange exchange,
      RoutingContext context,
      Submission submission,
      Duration patience,
      Receiver receiver) {
    Waiter waiter = new Waiter(exchange, context, submission, patience, receiver);
    context.response().closeHandler(gone -> waiter.abandon());
    waiter.timer = waiter.vertx.setTimer(patience.toMillis(), late -> waiter.timeout());
    PendingReplies.Place place = exchange.ask(submission, waiter);
    if (place == PendingReplies.Place.FULL) {
      waiter.end();
      receiver.failed(
          ApiError.unavailable("overloaded", "too many requests are under way here; try again"));
    } else if (place == PendingReplies.Place.JOINED) {
      receiver.joined();
    }
  }

  @Override
  public void hear(Reply reply) {
    loop.runOnContext(
        now -> {
          if (over) {
            return;
          }
          if (reply.isAnswer()) {
            end();
            receiver.answer(reply);
          } else {
            receiver.piece(reply);
          }
        });
  }

  @Override
  public void unsent(Throwable reason) {
    loop.runOnContext(
        now -> {
          try (LogContext named = LogContext.of(call)) {
            LOG.warn("Request {} could not be sent.", submission.name(), reason);
          }
          if (!over) {
            end();
            receiver.failed(ApiError.unsent());
          }
        });
  }

  @Override
  public void dismissed() {
    loop.runOnContext(
        now -> {
          if (!over) {
            abandon();
            receiver.failed(ApiError.ending());
          }
        });
  }

  private void timeout() {
    if (!over) {
      abandon();
      receiver.failed(ApiError.timeout(patience.toSeconds(), submission.task()));
    }
  }

  private void abandon() {
    if (!over) {
      end();
      if (submission.task()) {
        exchange.leave(submission.name(), this);
      } else {
        exchange.abandon(submission.name(), this);
      }
    }
  }

  private void end() {
    over = true;
    vertx.cancelTimer(timer);
  }
}
