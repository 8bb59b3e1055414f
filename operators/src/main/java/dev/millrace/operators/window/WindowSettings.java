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
 */
public record WindowSettings(
    List<ModelSpec> models,
    EngineProvider engines,
    int maximumBatchRows,
    QueueSettings queue,
    AnswerSettings answers)
    implements Serializable {
  public WindowSettings {
    models = List.copyOf(models);
    if (maximumBatchRows < 1) {
      throw new IllegalArgumentException("batches of at most " + maximumBatchRows + " rows");
    }
  }
}
