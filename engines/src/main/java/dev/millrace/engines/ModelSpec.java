package dev.millrace.engines;

import dev.millrace.protocol.ModelVersion;
import java.io.Serializable;
import java.util.Map;

/**
 * A model version as the repository describes it.
 *
 * @param directory where its files are, an absolute path
 * @param modelFile the model file in that directory
 * @param maximumBatchRows the most rows that are scored together ({@code batch_size})
 * @param properties all of its {@code serving.properties}
 */
public record ModelSpec(
    ModelVersion version,
    String directory,
    String modelFile,
    ModelSignature signature,
    int maximumBatchRows,
    Map<String, String> properties)
    implements Serializable {
  public ModelSpec {
    properties = Map.copyOf(properties);
  }
}
