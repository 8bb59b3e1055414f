package dev.millrace.engines.pytorch;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** The models of the tests, and tensors for them. */
final class Fixtures {
  static final PyTorchEngineProvider ONE_STREAM =
      new PyTorchEngineProvider(new EngineSettings("cpu", 1));

  private Fixtures() {}

  static ModelSpec model(String name) throws Exception {
    ModelCatalog catalog = ModelRepository.load(Path.of("src/test/resources/models"));
    return ((ModelCatalog.Found) catalog.resolve(new ModelReference(name, null))).model();
  }

  /** A model as it is, but for what it declares. */
  static ModelSpec with(ModelSpec spec, ModelSignature signature) {
    return new ModelSpec(
        spec.version(),
        spec.directory(),
        spec.modelFile(),
        signature,
        spec.policy(),
        spec.properties());
  }

  /** Scores all in one batch. */
  static List<Outcome> score(String name, List<List<Tensor>> inputs) throws Exception {
    try (Engine engine = ONE_STREAM.open(model(name), GpuAllotment.UNMANAGED)) {
      Heard heard = new Heard();
      List<EngineRequest> batch = new ArrayList<>();
      for (List<Tensor> tensors : inputs) {
        batch.add(new EngineRequest(batch.size(), tensors));
      }
      engine.start(batch, heard);
      Awaitility.await().until(() -> heard.count() == inputs.size());
      return batch.stream().map(request -> heard.of(request.id())).toList();
    }
  }

  static Tensor floats(String name, long[] shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(name, Datatype.FP32, shape, data.array());
  }

  static Tensor longs(String name, long[] shape, long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new Tensor(name, Datatype.INT64, shape, data.array());
  }

  static long[] shape(long... dimensions) {
    return dimensions;
  }
}
