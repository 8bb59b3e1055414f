package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.systems.Workload;
import dev.millrace.engines.Work;
import dev.millrace.protocol.Tensor;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The body of an inference request.
 *
 * @param jsonLength bytes of JSON before binary tensors; 0 when all of it is JSON
 */
record HttpBody(byte[] bytes, int jsonLength) {
  /** Enough that no two connections send the same for long. */
  private static final int MOST = 200;

  /** Requests as JSON, of a workload whose encoding is JSON. */
  static List<HttpBody> json(Workload workload) {
    List<HttpBody> bodies = new ArrayList<>();
    for (int index = 0; index < Math.min(MOST, workload.distinct()); index++) {
      bodies.add(new HttpBody(workload.value(index), 0));
    }
    return bodies;
  }

  /** The same requests with their tensors, and those of the answers, as binary data. */
  static List<HttpBody> binary(Workload workload) {
    List<HttpBody> bodies = new ArrayList<>();
    for (int index = 0; index < Math.min(MOST, workload.distinct()); index++) {
      if (!(workload.engineRequest(index).work() instanceof Work.Scoring scoring)) {
        throw new IllegalArgumentException("only tensors can be binary");
      }
      bodies.add(binary(scoring.inputs()));
    }
    return bodies;
  }

  private static HttpBody binary(List<Tensor> inputs) {
    String json =
        inputs.stream()
            .map(
                input ->
                    "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"parameters\":{\"binary_data_size\":%d}}"
                        .formatted(
                            input.name(),
                            input.datatype().name(),
                            Arrays.toString(input.shape()),
                            input.data().length))
            .collect(
                Collectors.joining(
                    ",", "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[", "]}"));
    byte[] head = json.getBytes(UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head);
    inputs.forEach(input -> bytes.writeBytes(input.data()));
    return new HttpBody(bytes.toByteArray(), head.length);
  }
}
