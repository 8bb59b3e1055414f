package dev.millrace.gateway.http;

import dev.millrace.gateway.limits.Admittance;
import dev.millrace.gateway.limits.Admittance.Allowance;
import dev.millrace.gateway.limits.Lease;
import dev.millrace.gateway.limits.TenantLimits;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.InferenceRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Holds requests to the quotas of their tenants, and tells clients what is left of them. */
final class Limiter {
  /** Of English text with the usual vocabularies; what a prompt took is known only at its end. */
  private static final int CHARACTERS_OF_A_TOKEN = 4;

  private final TenantLimits limits;

  Limiter(TenantLimits limits) {
    this.limits = limits;
  }

  /**
   * Lets a request go on; the lease ends with its answer.
   *
   * @throws Rejection when its tenant has had enough
   */
  Lease admit(RoutingContext context, InferenceRequest request) {
    Admittance admittance = limits.admit(Call.of(context).principal().tenant(), tokens(request));
    tell(context, admittance.allowances());
    if (admittance instanceof Admittance.Granted granted) {
      context.addEndHandler(ended -> granted.lease().close());
      return granted.lease();
    }
    Admittance.Refused refused = (Admittance.Refused) admittance;
    throw new Rejection(
        new ApiError(
            429,
            "rate_limit_error",
            "rate_limit_exceeded",
            refused.retryAfterSeconds() == 0
                ? "the tenant may have %s, which this request alone is beyond"
                    .formatted(refused.bound())
                : "the tenant may have %s; come again in %d s"
                    .formatted(refused.bound(), refused.retryAfterSeconds()),
            null,
            refused.retryAfterSeconds()));
  }

  /** The most tokens that a request can take: prompts by their length, texts as asked for. */
  private static long tokens(InferenceRequest request) {
    if (!(request instanceof CompletionRequest completion)) {
      return 0;
    }
    long tokens = 0;
    int texts = completion.sampling().choices();
    for (Prompt prompt : completion.prompts()) {
      long length =
          prompt instanceof Prompt.Tokens ids
              ? ids.tokens().size()
              : ((Prompt.Text) prompt).text().length() / CHARACTERS_OF_A_TOKEN + 1L;
      tokens += length + (long) texts * completion.sampling().maxTokens();
    }
    return tokens;
  }

  private static void tell(RoutingContext context, List<Allowance> allowances) {
    for (Allowance allowance : allowances) {
      String kind = allowance.kind();
      context
          .response()
          .putHeader("x-ratelimit-limit-" + kind, Long.toString(allowance.limit()))
          .putHeader("x-ratelimit-remaining-" + kind, Long.toString(allowance.remaining()))
          .putHeader("x-ratelimit-reset-" + kind, allowance.resetSeconds() + "s");
    }
  }
}
