package dev.millrace.bench.systems;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Shape;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Inputs of the right shape and no meaning, the same in every run: numbers from 0 to 1, and tokens
 * below {@value #VOCABULARY}. A dimension that varies is {@value #LENGTH}.
 */
final class RandomInputs {
  private static final int COUNT = 256;
  private static final long SEED = 42;

  /** What every vocabulary has. */
  private static final int VOCABULARY = 1_000;

  /** Of a sequence: the longest that the encoder takes. */
  private static final long LENGTH = 128;

  private final Random random = new Random(SEED);

  private RandomInputs() {}

  /** Inputs of several requests, each of one row. */
  static List<List<Tensor>> of(ModelSpec model) {
    RandomInputs inputs = new RandomInputs();
    List<List<Tensor>> requests = new ArrayList<>();
    for (int request = 0; request < COUNT; request++) {
      requests.add(
          model.signature().inputs().stream()
              .filter(TensorSpec::sent)
              .map(inputs::tensor)
              .toList());
    }
    return requests;
  }

  private Tensor tensor(TensorSpec spec) {
    long[] shape = new long[spec.shape().size()];
    for (int dimension = 0; dimension < shape.length; dimension++) {
      long declared = spec.shape().get(dimension);
      long free = dimension == 0 ? 1 : LENGTH;
      shape[dimension] = declared == TensorSpec.ANY ? free : declared;
    }
    int elements = Math.toIntExact(Shape.elements(shape));
    ByteBuffer data =
        ByteBuffer.allocate(elements * spec.datatype().size()).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      add(data, spec.datatype());
    }
    return new Tensor(spec.name(), spec.datatype(), shape, data.array());
  }

  private void add(ByteBuffer data, Datatype datatype) {
    switch (datatype) {
      case FP32 -> data.putFloat(random.nextFloat());
      case INT32 -> data.putInt(random.nextInt(VOCABULARY));
      case INT64 -> data.putLong(random.nextInt(VOCABULARY));
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, FP16, FP64, BYTES ->
          throw new IllegalArgumentException("no model here takes " + datatype);
    }
  }
}
