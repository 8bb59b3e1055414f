package dev.millrace.engines;

import dev.millrace.protocol.ModelVersion;
import java.io.Serializable;
import java.util.Map;

/**
 * A model version as the repository describes it.
 *
 * @param directory where its files are, an absolute path
 * @param modelFile the name of the model file in that directory
 * @param maximumBatchRows the most rows that are scored together ({@code batch_size}); 1 when the
 *     model does not batch
 * @param defaultPriority the level of requests that name none; 1 is soonest
 * @param properties all of its {@code serving.properties}
 */
public record ModelSpec(
    ModelVersion version,
    String directory,
    String modelFile,
    ModelSignature signature,
    int maximumBatchRows,
    int defaultPriority,
    Map<String, String> properties)
    implements Serializable {

  /** The level of requests when neither they nor their model name one: the middle of ten. */
  public static final int DEFAULT_PRIORITY = 5;

  public ModelSpec {
    properties = Map.copyOf(properties);
    if (maximumBatchRows < 1) {
      throw new IllegalArgumentException(
          "model %s: batches of %d rows".formatted(version, maximumBatchRows));
    }
    if (defaultPriority < 1) {
      throw new IllegalArgumentException(
          "model %s: priority %d is not positive".formatted(version, defaultPriority));
    }
  }
}
