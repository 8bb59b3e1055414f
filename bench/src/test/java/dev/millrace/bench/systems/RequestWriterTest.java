package dev.millrace.bench.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestWriterTest {
  private static final ModelSpec MODEL =
      new ModelSpec(
          new ModelVersion("mixed", 1),
          "",
          "",
          new ModelSignature(
              List.of(
                  new TensorSpec("tokens", Datatype.INT64, List.of(-1L, -1L)),
                  new TensorSpec("image", Datatype.FP32, List.of(-1L, 2L, 3L))),
              List.of()),
          ServingPolicy.ofBatches(8),
          Map.of());

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void whatIsWrittenIsReadAsItWas(Encoding encoding) {
    for (List<Tensor> inputs : RandomInputs.of(MODEL)) {
      byte[] value = new RequestWriter("mixed", encoding).write(inputs);

      TensorRequest request = decoded(value, encoding);
      assertThat(request.model().name()).isEqualTo("mixed");
      assertThat(request.id()).isNull();
      assertThat(request.inputs()).isEqualTo(inputs);
    }
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void aWorkloadGoesRoundItsRequests(Encoding encoding) {
    List<List<Tensor>> inputs = RandomInputs.of(MODEL).subList(0, 3);
    Workload workload = new Workload(MODEL, new NoOpEngineProvider(), encoding, inputs);

    assertThat(workload.distinct()).isEqualTo(3);
    assertThat(workload.value(3_000_000_001L)).isEqualTo(workload.value(1));
    assertThat(workload.engineRequest(4).inputs()).isEqualTo(inputs.get(1));
    assertThat(decoded(workload.value(2), encoding).inputs()).isEqualTo(inputs.get(2));
  }

  private static TensorRequest decoded(byte[] value, Encoding encoding) {
    Decoded decoded = new RequestDecoder(RequestLimits.defaults()).decode(value, encoding);
    assertThat(decoded).isInstanceOf(Decoded.Request.class);
    return (TensorRequest) ((Decoded.Request) decoded).request();
  }
}
