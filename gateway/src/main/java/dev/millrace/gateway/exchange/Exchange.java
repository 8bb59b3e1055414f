package dev.millrace.gateway.exchange;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Requests to the job, and replies from it. Nothing here blocks but {@link #open} and {@link
 * #close}.
 */
public final class Exchange implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

  private final PendingReplies pending;
  private final ReplyReader reader;
  private final RequestSender sender;

  private Exchange(PendingReplies pending, ReplyReader reader, RequestSender sender) {
    this.pending = pending;
    this.reader = reader;
    this.sender = sender;
  }

  /**
   * Connects.
   *
   * @throws ExchangeUnavailableException when Kafka does not answer, or lacks a topic
   */
  public static Exchange open(ExchangeSettings settings)
      throws ExchangeUnavailableException, InterruptedException {
    int partition = partition(settings);
    PendingReplies pending = new PendingReplies(settings.maximumPending());
    ReplyReader reader = ReplyReader.start(settings, partition, pending::deliver);
    RequestSender sender = new RequestSender(settings, partition);
    try {
      awaitTopic(settings, sender);
    } catch (ExchangeUnavailableException | InterruptedException e) {
      sender.close();
      reader.close();
      throw e;
    }
    return new Exchange(pending, reader, sender);
  }

  private static void awaitTopic(ExchangeSettings settings, RequestSender sender)
      throws ExchangeUnavailableException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!sender.isReady()) {
      if (System.nanoTime() > deadline) {
        throw new ExchangeUnavailableException(
            "topic %s cannot be written to".formatted(settings.requests()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  /** The partition asked for, if there is one, or one by chance. */
  private static int partition(ExchangeSettings settings)
      throws ExchangeUnavailableException, InterruptedException {
    int partitions = partitions(settings);
    Integer wanted = settings.partition();
    if (wanted == null) {
      return ThreadLocalRandom.current().nextInt(partitions);
    }
    if (wanted >= partitions) {
      throw new ExchangeUnavailableException(
          "topic %s has %d partitions, and none of number %d"
              .formatted(settings.replies(), partitions, wanted));
    }
    return wanted;
  }

  private static int partitions(ExchangeSettings settings)
      throws ExchangeUnavailableException, InterruptedException {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    try (Admin admin = Admin.create(properties)) {
      return admin
          .describeTopics(List.of(settings.replies()))
          .allTopicNames()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .values()
          .iterator()
          .next()
          .partitions()
          .size();
    } catch (ExecutionException | TimeoutException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new ExchangeUnavailableException(
          "topic %s cannot be looked up: %s".formatted(settings.replies(), reason), e);
    }
  }

  /**
   * Sends a request, unless another of its name is under way, and lets a listener wait for what
   * comes back.
   *
   * @return {@link PendingReplies.Place#FULL} when too many wait; the listener hears nothing then
   */
  public PendingReplies.Place ask(Submission submission, ReplyListener listener) {
    RequestName name = submission.name();
    PendingReplies.Place place = pending.expect(name, listener);
    if (place == PendingReplies.Place.FIRST) {
      sender
          .send(submission)
          .whenComplete(
              (sent, error) -> {
                if (error != null) {
                  pending.unsent(name, error);
                }
              });
    }
    return place;
  }

  /** Sends a request whose replies nobody here waits for. */
  public CompletionStage<Sent> send(Submission submission) {
    return sender.send(submission);
  }

  /** Takes a request back; completes when Kafka knows. It may have been answered before. */
  public CompletionStage<Sent> cancel(RequestName name) {
    return sender.cancel(name);
  }

  /** A listener waits no more; the request goes on. */
  public void leave(RequestName name, ReplyListener listener) {
    var unused = pending.leave(name, listener);
  }

  /** A listener waits no more; the request is taken back when nobody else waits for it. */
  public void abandon(RequestName name, ReplyListener listener) {
    if (pending.leave(name, listener)) {
      // Best effort: a cancel that is lost costs work, and no answer.
      var unused = sender.cancel(name);
    }
  }

  /** Has all who wait leave, since nothing will be passed on any more. */
  public void dismiss() {
    pending.dismiss();
  }

  /** How many listeners wait. */
  public int pending() {
    return pending.size();
  }

  @Override
  public void close() {
    sender.close();
    reader.close();
  }
}
