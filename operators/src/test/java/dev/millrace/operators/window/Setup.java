package dev.millrace.operators.window;

import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.queue.TenantWeights;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.jspecify.annotations.Nullable;

/** Which of how many subtasks, on which backend, from which state, and with which settings. */
record Setup(
    int parallelism,
    int subtask,
    StateBackend backend,
    @Nullable OperatorSubtaskState state,
    List<ModelSpec> models,
    int streams,
    QueueSettings queue,
    AnswerSettings answers) {
  static final int BATCH_SIZE = 8;
  static final Duration TASK_DEDUP = Duration.ofSeconds(60);

  static Setup alone(StateBackend backend) {
    return new Setup(
        1,
        0,
        backend,
        null,
        List.of(spec(Ask.MODEL, ServingPolicy.ofBatches(BATCH_SIZE))),
        1,
        new QueueSettings(
            TenantWeights.EQUAL,
            Duration.ofHours(1),
            1_000_000,
            1_000_000,
            Overflow.BACK_PRESSURE,
            0),
        new AnswerSettings(1 << 20, Order.NONE, null, TASK_DEDUP, 1_000));
  }

  Setup subtask(int index, int of) {
    return new Setup(of, index, backend, state, models, streams, queue, answers);
  }

  Setup from(@Nullable OperatorSubtaskState restored) {
    return new Setup(parallelism, subtask, backend, restored, models, streams, queue, answers);
  }

  Setup serving(ModelSpec... served) {
    return new Setup(
        parallelism, subtask, backend, state, List.of(served), streams, queue, answers);
  }

  /** The one model, served like this. */
  Setup serving(ServingPolicy policy) {
    return serving(spec(Ask.MODEL, policy));
  }

  Setup streams(int count) {
    return new Setup(parallelism, subtask, backend, state, models, count, queue, answers);
  }

  Setup queue(QueueSettings settings) {
    return new Setup(parallelism, subtask, backend, state, models, streams, settings, answers);
  }

  Setup bounded(int maximumPending, int perTenant, Overflow overflow) {
    return queue(
        new QueueSettings(
            queue.weights(),
            queue.ageing(),
            maximumPending,
            perTenant,
            overflow,
            queue.heapBytes()));
  }

  Setup heap(long bytes) {
    return queue(
        new QueueSettings(
            queue.weights(),
            queue.ageing(),
            queue.maximumPending(),
            queue.maximumPerTenant(),
            queue.overflow(),
            bytes));
  }

  Setup answers(AnswerSettings settings) {
    return new Setup(parallelism, subtask, backend, state, models, streams, queue, settings);
  }

  Setup order(Order order) {
    return answers(
        new AnswerSettings(
            answers.maximumBytes(), order, answers.dedupTtl(), TASK_DEDUP, answers.cacheEntries()));
  }

  Setup dedup(Duration ttl) {
    return answers(
        new AnswerSettings(
            answers.maximumBytes(), answers.order(), ttl, TASK_DEDUP, answers.cacheEntries()));
  }

  static ModelSpec spec(ModelVersion version, ServingPolicy policy) {
    TensorSpec row = new TensorSpec("x", Datatype.INT64, List.of(-1L));
    return new ModelSpec(
        version,
        "/nowhere",
        "none.pt",
        new ModelSignature(List.of(row), List.of(row)),
        policy,
        Map.of());
  }

  /** One model that generates text, on so many slots. */
  Setup generating(int slots) {
    return serving(
        new ModelSpec(
            Ask.MODEL,
            "/nowhere",
            "none.pt",
            new ModelSignature(List.of(), List.of()),
            ServingPolicy.ofBatches(1),
            Map.of(),
            new TextModelSpec(
                1, 1, 4, 1_000, 256, List.of(), slots, new GenerationSettings(16, 0, true))));
  }

  /** Batches of {@link #BATCH_SIZE} whose results are shared for so long. */
  static ServingPolicy cached(Duration ttl) {
    return new ServingPolicy(
        BATCH_SIZE,
        List.of(),
        Duration.ZERO,
        ServingPolicy.UNBOUNDED,
        ServingPolicy.DEFAULT_PRIORITY,
        null,
        ttl);
  }
}
