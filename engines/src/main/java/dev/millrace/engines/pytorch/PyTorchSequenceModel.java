package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.generation.Logits;
import dev.millrace.engines.generation.Rows;
import dev.millrace.engines.generation.SequenceModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * A TorchScript model with the text contract of {@code docs/text-models.md}, and its cache.
 *
 * <p>{@code forward(tokens [B, T], start [B], lens [B], slots [B], keys, values) → logits [B, V]},
 * with keys and values {@code [layers, slots, heads, context + 1, headSize]}, which it changes in
 * place.
 */
final class PyTorchSequenceModel implements SequenceModel {
  private final PyTorchModel model;
  private final TextModelSpec spec;
  private final NDManager memory;
  private final NDArray keys;
  private final NDArray values;

  /** Of each thread that calls: prompts may have their own. */
  private final ThreadLocal<StagingBuffer> staging = ThreadLocal.withInitial(StagingBuffer::new);

  private PyTorchSequenceModel(PyTorchModel model, TextModelSpec spec) {
    this.model = model;
    this.spec = spec;
    this.memory = model.manager().newSubManager();
    Shape shape =
        new Shape(spec.layers(), spec.slots(), spec.heads(), spec.context() + 1L, spec.headSize());
    this.keys = memory.zeros(shape, DataType.FLOAT32);
    this.values = memory.zeros(shape, DataType.FLOAT32);
  }

  /**
   * A model with a cache of its own.
   *
   * @throws RuntimeException when there is no memory for it
   */
  static PyTorchSequenceModel over(PyTorchModel model, TextModelSpec spec) {
    return new PyTorchSequenceModel(model, spec);
  }

  @Override
  public int slots() {
    return spec.slots();
  }

  @Override
  public int context() {
    return spec.context();
  }

  @Override
  public int vocabulary() {
    return spec.vocabulary();
  }

  @Override
  public void forward(Rows rows, Logits logits) {
    int count = rows.count();
    int length = rows.longest();
    int numbers = count * length + 3 * count;
    ByteBuffer bytes = staging.get().reserve(Math.multiplyExact(numbers, Long.BYTES));
    LongBuffer all = bytes.asLongBuffer();
    for (int row = 0; row < count; row++) {
      for (int position = 0; position < length; position++) {
        all.put(position < rows.length(row) ? rows.token(row, position) : 0);
      }
    }
    for (int row = 0; row < count; row++) {
      all.put(rows.start(row));
    }
    for (int row = 0; row < count; row++) {
      all.put(rows.length(row));
    }
    for (int row = 0; row < count; row++) {
      all.put(rows.slot(row));
    }
    // What the model makes belongs to the manager of its first input.
    try (NDManager manager = model.manager().newSubManager()) {
      NDList inputs =
          new NDList(
              part(manager, bytes, 0, new Shape(count, length)),
              part(manager, bytes, count * length, new Shape(count)),
              part(manager, bytes, count * length + count, new Shape(count)),
              part(manager, bytes, count * length + 2 * count, new Shape(count)),
              keys,
              values);
      NDList outputs = model.block().forward(new ParameterStore(manager, false), inputs, false);
      read(outputs, count, logits);
    }
  }

  private static NDArray part(NDManager manager, ByteBuffer bytes, int from, Shape shape) {
    ByteBuffer slice =
        bytes
            .slice(from * Long.BYTES, Math.toIntExact(shape.size()) * Long.BYTES)
            .order(ByteOrder.nativeOrder());
    return manager.create(slice, shape, DataType.INT64);
  }

  private void read(NDList outputs, int count, Logits logits) {
    NDArray output = outputs.singletonOrThrow();
    if (output.getDataType() != DataType.FLOAT32
        || !output.getShape().equals(new Shape(count, spec.vocabulary()))) {
      throw new IllegalStateException(
          "the model returns %s %s, where FLOAT32 (%d, %d) is the contract"
              .formatted(output.getDataType(), output.getShape(), count, spec.vocabulary()));
    }
    output
        .toByteBuffer(true)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .get(logits.values(), 0, count * spec.vocabulary());
  }

  @Override
  public void copy(int fromSlot, int toSlot, int length) {
    NDIndex from = new NDIndex(":, {}, :, :{}", fromSlot, length);
    NDIndex to = new NDIndex(":, {}, :, :{}", toSlot, length);
    try (NDArray key = keys.get(from);
        NDArray value = values.get(from)) {
      keys.set(to, key);
      values.set(to, value);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
