package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells which requests can be the rows of one tensor: all dimensions but the first must agree. */
final class RowShapes {
  private final boolean batchable;

  /** The dimensions that can differ between two requests; mostly there are none. */
  private final List<Varying> varying = new ArrayList<>();

  private record Varying(int input, int dimension) {}

  RowShapes(ModelSignature signature) {
    batchable = signature.batchable();
    for (int input = 0; input < signature.inputs().size(); input++) {
      List<Long> shape = signature.inputs().get(input).shape();
      for (int dimension = 1; dimension < shape.size(); dimension++) {
        if (shape.get(dimension) == TensorSpec.ANY) {
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
