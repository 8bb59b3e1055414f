package dev.millrace.engines;

import dev.millrace.protocol.ModelVersion;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model version as the repository describes it.
 *
 * @param directory where its files are, an absolute path
 * @param modelFile the name of the model file in that directory
 * @param policy how its requests are queued, batched and answered
 * @param properties all of its {@code serving.properties}
 * @param text what is particular to it as a text model, null when it scores tensors
 */
public record ModelSpec(
    ModelVersion version,
    String directory,
    String modelFile,
    ModelSignature signature,
    ServingPolicy policy,
    Map<String, String> properties,
    @Nullable TextModelSpec text)
    implements Serializable {
  public ModelSpec {
    properties = Map.copyOf(properties);
  }

  /** A model that scores tensors. */
  public ModelSpec(
      ModelVersion version,
      String directory,
      String modelFile,
      ModelSignature signature,
      ServingPolicy policy,
      Map<String, String> properties) {
    this(version, directory, modelFile, signature, policy, properties, null);
  }

  /** The most rows that are scored together. */
  public int maximumBatchRows() {
    return policy.maximumBatchRows();
  }
}
