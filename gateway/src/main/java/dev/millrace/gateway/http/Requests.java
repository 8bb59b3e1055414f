package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.exchange.Submission;
import dev.millrace.protocol.InferenceRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/** Makes submissions of calls. */
final class Requests {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** Of printable ASCII, and as long as Stripe's, whose header it is. */
  private static final Pattern KEY = Pattern.compile("[ -~]{1,255}");

  private static final String PREFIX = "idem-";

  private Requests() {}

  /**
   * Makes sure that the idempotency key, if there is one, can be one.
   *
   * @throws Rejection when it cannot
   */
  static void requireKey(RoutingContext context) {
    String key = context.request().getHeader(IDEMPOTENCY_KEY);
    if (key != null && !KEY.matcher(key).matches()) {
      throw new Rejection(
          ApiError.invalid(
              400,
              "invalid_idempotency_key",
              "Idempotency-Key must have 1 to 255 characters of printable ASCII",
              IDEMPOTENCY_KEY));
    }
  }

  static boolean hasKey(RoutingContext context) {
    return context.request().getHeader(IDEMPOTENCY_KEY) != null;
  }

  /** A request with an idempotency key is a task, so that its answer is there for who retries. */
  static Submission submission(RoutingContext context, InferenceRequest request) {
    return submission(context, request, hasKey(context));
  }

  static Submission task(RoutingContext context, InferenceRequest request) {
    return submission(context, request, true);
  }

  /** An idempotency key decides the id. */
  private static Submission submission(
      RoutingContext context, InferenceRequest request, boolean task) {
    Call call = Call.of(context);
    String key = context.request().getHeader(IDEMPOTENCY_KEY);
    RequestName name =
        new RequestName(call.principal().tenant(), key == null ? call.id() : idOf(key));
    return new Submission(name, request, call.trace().parent(), call.trace().state(), task);
  }

  /** Ids are the tenant's own, so the key alone decides. */
  static String idOf(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
      return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }
}
