package dev.millrace.bench.openloop;

import dev.millrace.bench.systems.Workload;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A model that takes 1 KiB, and for a batch of {@code b} a time of {@code fixed + b · each} on one
 * of two streams, whatever else the machine does.
 *
 * @param maximumRows of a batch
 */
record TimedModel(Duration fixed, Duration each, int maximumRows) implements EngineProvider {
  /** What users call it. */
  static final String NAME = "timed";

  private static final int ELEMENTS = 256;
  private static final int REQUESTS = 64;

  /** Batches of 16 take 21 ms, and one alone 6 ms: about a small language model on a small GPU. */
  static TimedModel ofTokens() {
    return new TimedModel(Duration.ofMillis(5), Duration.ofMillis(1), 16);
  }

  /** All batches take the same time. */
  static TimedModel constant(Duration time, int maximumRows) {
    return new TimedModel(time, Duration.ZERO, maximumRows);
  }

  long nanos(int rows) {
    return fixed.toNanos() + rows * each.toNanos();
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) {
    return new TimedEngine(TimedStreams.SHARED, this);
  }

  /** Requests for it. */
  Workload workload(Encoding encoding) {
    ModelSpec model =
        new ModelSpec(
            new ModelVersion(NAME, 1),
            "",
            "",
            new ModelSignature(
                List.of(new TensorSpec("values", Datatype.FP32, List.of(-1L, (long) ELEMENTS))),
                List.of(new TensorSpec("sum", Datatype.FP32, List.of(-1L, 1L)))),
            ServingPolicy.ofBatches(maximumRows),
            Map.of());
    Random random = new Random(1);
    List<List<Tensor>> inputs =
        IntStream.range(0, REQUESTS)
            .mapToObj(
                request -> {
                  byte[] data = new byte[ELEMENTS * Float.BYTES];
                  for (int at = 0; at < data.length; at += Float.BYTES) {
                    // Small whole numbers: the high bytes of a float, little-endian.
                    data[at + 3] = 0x41;
                    data[at + 2] = (byte) (random.nextInt(8) << 4);
                  }
                  return List.of(
                      new Tensor("values", Datatype.FP32, new long[] {1, ELEMENTS}, data));
                })
            .toList();
    return new Workload(model, this, encoding, inputs);
  }
}
