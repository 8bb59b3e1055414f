package dev.millrace.operators.window;

import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelSpec;
import java.io.Serializable;
import java.util.List;

/**
 * How the window works.
 *
 * @param models the model versions it serves
 * @param maximumBatchRows the most rows of a batch, over every model's own limit
 * @param maximumPending how many requests a task keeps, waiting and in flight, before it holds back
 *     its input
 * @param maximumResultBytes the most bytes an answer may take
 */
public record WindowSettings(
    List<ModelSpec> models,
    EngineProvider engines,
    int maximumBatchRows,
    int maximumPending,
    int maximumResultBytes)
    implements Serializable {
  public WindowSettings {
    models = List.copyOf(models);
    if (maximumBatchRows < 1) {
      throw new IllegalArgumentException("batches of at most " + maximumBatchRows + " rows");
    }
    if (maximumPending < 1) {
      throw new IllegalArgumentException("at most " + maximumPending + " requests pending");
    }
  }
}
