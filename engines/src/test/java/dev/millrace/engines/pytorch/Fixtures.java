package dev.millrace.engines.pytorch;

import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The models of the tests, and tensors for them. */
final class Fixtures {
  static final PyTorchEngineProvider ONE_STREAM =
      new PyTorchEngineProvider(new EngineSettings("cpu", 1));

  private Fixtures() {}

  static ModelSpec model(String name) throws Exception {
    ModelCatalog catalog = ModelRepository.load(Path.of("src/test/resources/models"));
    return ((ModelCatalog.Found) catalog.resolve(new ModelReference(name, null))).model();
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
