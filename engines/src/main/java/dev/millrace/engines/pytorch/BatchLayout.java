package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * Requests that are scored together, one behind the other.
 *
 * @param extents of each of the requests
 * @param whole the rows of all of them, and the length of the longest
 */
record BatchLayout(List<EngineRequest> requests, List<Extent> extents, Extent whole) {
  int size() {
    return requests.size();
  }

  /**
   * An input of a request.
   *
   * @param input its place among those that are sent
   */
  Tensor input(int request, int input) {
    return requests.get(request).inputs().get(input);
  }
}
