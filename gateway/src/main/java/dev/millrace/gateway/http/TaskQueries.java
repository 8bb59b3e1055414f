package dev.millrace.gateway.http;

import dev.millrace.gateway.tasks.TaskCursor;
import dev.millrace.gateway.tasks.TaskPage;
import dev.millrace.gateway.tasks.TaskQuery;
import dev.millrace.protocol.TaskStatus;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what page of tasks a client wants. */
final class TaskQueries {
  private static final String AFTER = "after";
  private static final int DEFAULT_LIMIT = 20;
  private static final int MAXIMUM_LIMIT = 100;

  private TaskQueries() {}

  /**
   * The page that a request is for.
   *
   * @throws Rejection when its query says something that it cannot
   */
  static TaskQuery of(RoutingContext context) {
    MultiMap query = context.queryParams();
    return new TaskQuery(
        Call.of(context).principal().tenant(),
        status(value(query, "status")),
        value(query, "model"),
        since(value(query, "since")),
        cursor(value(query, AFTER)),
        limit(value(query, "limit")));
  }

  private static @Nullable String value(MultiMap query, String name) {
    List<String> values = query.getAll(name);
    if (values.size() > 1) {
      throw wrong(name, "is there more than once");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  private static @Nullable TaskStatus status(@Nullable String text) {
    return text == null
        ? null
        : TaskStatus.fromWireName(text)
            .orElseThrow(
                () ->
                    wrong(
                        "status",
                        "must be queued, running, succeeded, failed, expired or cancelled"));
  }

  private static @Nullable Long since(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong("since", "must be a time such as 2026-01-31T12:00:00Z");
    }
  }

  private static @Nullable TaskCursor cursor(@Nullable String text) {
    return text == null
        ? null
        : TaskCursor.decode(text)
            .orElseThrow(() -> wrong(AFTER, "must be the next of an earlier page"));
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (!text.matches("[0-9]{1,3}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MAXIMUM_LIMIT) {
      throw wrong("limit", "must be between 1 and " + MAXIMUM_LIMIT);
    }
    return Integer.parseInt(text);
  }

  private static Rejection wrong(String parameter, String fault) {
    return new Rejection(
        ApiError.invalid(400, "invalid_request", parameter + " " + fault, parameter));
  }

  /** A link to the page behind a page (RFC 8288); none behind the last. */
  static Optional<String> next(RoutingContext context, TaskPage page) {
    TaskCursor next = page.next();
    if (next == null) {
      return Optional.empty();
    }
    QueryStringEncoder uri = new QueryStringEncoder(context.request().path());
    for (Map.Entry<String, String> parameter : context.queryParams()) {
      if (!parameter.getKey().equals(AFTER)) {
        uri.addParam(parameter.getKey(), parameter.getValue());
      }
    }
    uri.addParam(AFTER, next.encode());
    return Optional.of("<%s>; rel=\"next\"".formatted(uri));
  }
}
