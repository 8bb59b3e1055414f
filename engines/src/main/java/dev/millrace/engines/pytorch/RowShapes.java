package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells which requests can be the rows of one tensor: all dimensions must agree but the first and
 * those that are padded.
 */
final class RowShapes {
  private final boolean batchable;

  /** The dimensions that must agree but may not; mostly there are none. */
  private final List<Varying> varying = new ArrayList<>();

  private record Varying(int input, int dimension) {}

  RowShapes(ModelSignature signature) {
    batchable = signature.batchable();
    List<TensorSpec> sent = signature.sentInputs();
    for (int input = 0; input < sent.size(); input++) {
      List<Long> shape = sent.get(input).shape();
      for (int dimension = 1; dimension < shape.size(); dimension++) {
        if (shape.get(dimension) == TensorSpec.ANY && !sent.get(input).padded()) {
          varying.add(new Varying(input, dimension));
        }
      }
    }
  }

  /** Groups requests that can be scored together. */
  List<List<EngineRequest>> group(List<EngineRequest> requests) {
    if (!batchable) {
      return requests.stream().map(List::of).toList();
    }
    if (varying.isEmpty()) {
      return List.of(requests);
    }
    Map<List<Long>, List<EngineRequest>> byRowShape = new LinkedHashMap<>();
    for (EngineRequest request : requests) {
      byRowShape.computeIfAbsent(rowShape(request), shape -> new ArrayList<>()).add(request);
    }
    return List.copyOf(byRowShape.values());
  }

  private List<Long> rowShape(EngineRequest request) {
    List<Long> dimensions = new ArrayList<>(varying.size());
    for (Varying each : varying) {
      dimensions.add(request.inputs().get(each.input()).shape()[each.dimension()]);
    }
    return dimensions;
  }
}
