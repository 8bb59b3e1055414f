package dev.millrace.gateway.http;

import dev.millrace.protocol.TensorRequest;
import java.util.Set;

/**
 * A request for inference as it came over HTTP.
 *
 * @param binaryOutputs the outputs that are wanted in binary
 * @param allBinary whether all others are too
 */
record InferenceBody(TensorRequest request, Set<String> binaryOutputs, boolean allBinary) {
  InferenceBody {
    binaryOutputs = Set.copyOf(binaryOutputs);
  }

  /** Whether an output is wanted in binary. */
  boolean isBinary(String output) {
    return allBinary || binaryOutputs.contains(output);
  }
}
