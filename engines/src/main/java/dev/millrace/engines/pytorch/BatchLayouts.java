package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Reads off the inputs of requests how much room each takes in a batch. */
final class BatchLayouts {
  /** The place of an input, among those that are sent, that has the rows and the length of all. */
  private final int input;

  private final int lengthDimension;

  BatchLayouts(ModelSignature signature) {
    List<TensorSpec> sent = signature.sentInputs();
    int padded = 0;
    while (padded < sent.size() && !sent.get(padded).padded()) {
      padded++;
    }
    boolean found = padded < sent.size();
    input = found ? padded : 0;
    lengthDimension = found ? sent.get(padded).lengthDimension() : TensorSpec.NO_LENGTH;
  }

  BatchLayout of(List<EngineRequest> requests) {
    List<Extent> extents = new ArrayList<>(requests.size());
    int rows = 0;
    int longest = 0;
    for (EngineRequest request : requests) {
      Extent extent = extent(request);
      extents.add(extent);
      rows += extent.rows();
      longest = Math.max(longest, extent.length());
    }
    return new BatchLayout(requests, extents, new Extent(rows, longest));
  }

  private Extent extent(EngineRequest request) {
    List<Tensor> inputs = request.inputs();
    long[] shape = inputs.isEmpty() ? new long[0] : inputs.get(input).shape();
    int rows = shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
    int length =
        lengthDimension == TensorSpec.NO_LENGTH ? 0 : Math.toIntExact(shape[lengthDimension]);
    return new Extent(rows, length);
  }
}
