package dev.millrace.gateway.limits;

import dev.millrace.gateway.limits.Admittance.Allowance;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a tenant has taken of its quota. */
final class TenantUse {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final String REQUESTS = "requests";
  private static final String TOKENS = "tokens";

  private final Quota quota;
  private final @Nullable Bucket requests;
  private final @Nullable Bucket tokens;
  private final AtomicInteger running = new AtomicInteger();

  TenantUse(Quota quota, TimeMeter clock) {
    this.quota = quota;
    this.requests = bucket(quota.requestsPerMinute(), clock);
    this.tokens = bucket(quota.tokensPerMinute(), clock);
  }

  private static @Nullable Bucket bucket(long perMinute, TimeMeter clock) {
    if (perMinute == Quota.UNLIMITED) {
      return null;
    }
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, PERIOD))
        .withCustomTimePrecision(clock)
        .build();
  }

  Admittance admit(long wanted) {
    List<Allowance> allowances = new ArrayList<>(2);
    if (quota.concurrent() != Quota.UNLIMITED && running.incrementAndGet() > quota.concurrent()) {
      running.decrementAndGet();
      return new Admittance.Refused(
          "%d requests at once".formatted(quota.concurrent()), 1, allowances);
    }
    ConsumptionProbe request = take(requests, 1);
    add(allowances, REQUESTS, quota.requestsPerMinute(), request);
    if (request != null && !request.isConsumed()) {
      leave();
      return refused(quota.requestsPerMinute(), REQUESTS, 1, request, allowances);
    }
    ConsumptionProbe token = wanted == 0 ? null : take(tokens, wanted);
    add(allowances, TOKENS, quota.tokensPerMinute(), token);
    if (token != null && !token.isConsumed()) {
      leave();
      return refused(quota.tokensPerMinute(), TOKENS, wanted, token, allowances);
    }
    return new Admittance.Granted(new Taken(wanted), allowances);
  }

  private static @Nullable ConsumptionProbe take(@Nullable Bucket bucket, long wanted) {
    return bucket == null ? null : bucket.tryConsumeAndReturnRemaining(wanted);
  }

  private static void add(
      List<Allowance> allowances, String kind, long limit, @Nullable ConsumptionProbe probe) {
    if (probe != null) {
      allowances.add(
          new Allowance(
              kind, limit, probe.getRemainingTokens(), seconds(probe.getNanosToWaitForReset())));
    }
  }

  private static Admittance refused(
      long limit, String kind, long wanted, ConsumptionProbe probe, List<Allowance> allowances) {
    return new Admittance.Refused(
        "%d %s a minute".formatted(limit, kind),
        wanted > limit ? 0 : Math.max(1, seconds(probe.getNanosToWaitForRefill())),
        allowances);
  }

  private static long seconds(long nanos) {
    long second = TimeUnit.SECONDS.toNanos(1);
    return nanos / second + (nanos % second == 0 ? 0 : 1);
  }

  private void leave() {
    if (quota.concurrent() != Quota.UNLIMITED) {
      running.decrementAndGet();
    }
  }

  private final class Taken implements Lease {
    private final long reserved;
    private final AtomicBoolean counted = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Taken(long reserved) {
      this.reserved = reserved;
    }

    @Override
    public void took(long used) {
      if (tokens != null && used < reserved && counted.compareAndSet(false, true)) {
        tokens.addTokens(reserved - used);
      }
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave();
      }
    }
  }
}
