package dev.millrace.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a producer asks for: the body of a request record. */
public sealed interface InferenceRequest permits TensorRequest, CompletionRequest {
  /** The id in the body, or null when it has none. */
  @Nullable String id();

  /** The model that is asked. */
  ModelReference model();

  /** What is said beside the inputs, by name. */
  Map<String, ParameterValue> parameters();
}
