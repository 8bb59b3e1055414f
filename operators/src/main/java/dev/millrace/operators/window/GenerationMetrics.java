package dev.millrace.operators.window;

import dev.millrace.engines.Outcome;
import dev.millrace.operators.metrics.SecondsHistogram;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * The figures of a model version that generates text, under the names of OpenTelemetry's semantic
 * conventions for generative AI where these have one. Written on the mailbox thread, read by
 * reporters on theirs.
 */
final class GenerationMetrics {
  private final Histogram timeToFirstToken = new SecondsHistogram();
  private final Histogram timePerOutputToken = new SecondsHistogram();
  private final Counter promptTokens;
  private final Counter outputTokens;
  private final Counter reusedTokens;

  GenerationMetrics(MetricGroup group) {
    group.histogram("gen_ai_server_time_to_first_token_seconds", timeToFirstToken);
    group.histogram("gen_ai_server_time_per_output_token_seconds", timePerOutputToken);
    promptTokens = group.counter("prompt_tokens_total");
    outputTokens = group.counter("output_tokens_total");
    reusedTokens = group.counter("reused_prompt_tokens_total");
  }

  /** A token was generated. */
  void token() {
    outputTokens.inc();
  }

  /** All texts of a request were. */
  void ended(Outcome.Generated generated, long queuedMillis) {
    promptTokens.inc(generated.usage().promptTokens());
    Outcome.GenerationTimes times = generated.times();
    reusedTokens.inc(times.reusedTokens());
    if (times.firstTokenNanos() > 0) {
      timeToFirstToken.update(
          TimeUnit.MILLISECONDS.toNanos(queuedMillis) + times.firstTokenNanos());
    }
    if (times.nanosPerToken() > 0) {
      timePerOutputToken.update(times.nanosPerToken());
    }
  }
}
