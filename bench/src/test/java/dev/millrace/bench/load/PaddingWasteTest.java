package dev.millrace.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.batching.AdaptiveBatchPolicy;
import dev.millrace.operators.batching.BatchDecision;
import dev.millrace.operators.batching.LatencyModel;
import dev.millrace.operators.queue.FairRequestQueue;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import dev.millrace.operators.queue.ShapeLanes;
import dev.millrace.operators.queue.TenantWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of what is scored is padding when texts are as long as those of Azure's trace. */
class PaddingWasteTest {
  private static final int BATCH_SIZE = 16;
  private static final int CAPACITY = BATCH_SIZE;

  /**
   * As long as they are, and scaled to the context of a small model.
   *
   * @param waiting how many requests wait on average while batches form
   */
  @ParameterizedTest
  @CsvSource({"8192, 64", "8192, 1000", "128, 64", "128, 1000", "512, 200"})
  void padsLessThanFifteenPercent(int context, int waiting) throws IOException {
    List<Integer> lengths = lengths(context);
    RequestQueue queue = new FairRequestQueue(TenantWeights.EQUAL, Duration.ofSeconds(30));
    AdaptiveBatchPolicy policy =
        new AdaptiveBatchPolicy(
            ServingPolicy.ofBatches(BATCH_SIZE), BATCH_SIZE, new LatencyModel());
    long scored = 0;
    long positions = 0;
    int next = 0;
    while (next < lengths.size() || !queue.isEmpty()) {
      while (next < lengths.size() && queue.size() < waiting) {
        queue.add(entry(next, lengths.get(next)), "default");
        next++;
      }
      if (policy.decide(queue, CAPACITY, 0) instanceof BatchDecision.Dispatch batch) {
        List<Integer> batched =
            batch.requests().stream().map(entry -> lengths.get((int) entry.name())).toList();
        scored += (long) batched.size() * batched.stream().max(Integer::compare).orElseThrow();
        positions += batched.stream().mapToLong(Integer::longValue).sum();
      }
    }

    double waste = 1 - (double) positions / scored;
    assertThat(waste).isLessThan(0.15);
  }

  private static QueueEntry entry(int index, int length) {
    return new QueueEntry(0, index + 1L, 1, Long.MAX_VALUE, 1, ShapeLanes.of(length), index);
  }

  /** The context tokens of the trace, the longest as long as the context. */
  private static List<Integer> lengths(int context) throws IOException {
    Path trace = Path.of(System.getProperty("millrace.home")).resolve(AzureTrace.FILE);
    List<Integer> tokens =
        Files.readAllLines(trace, UTF_8).stream()
            .skip(1)
            .map(line -> Integer.valueOf(line.split(",", -1)[1]))
            .toList();
    int longest = tokens.stream().max(Integer::compare).orElseThrow();
    return tokens.stream()
        .map(length -> Math.max(1, (int) ((long) length * context / Math.max(context, longest))))
        .toList();
  }
}
