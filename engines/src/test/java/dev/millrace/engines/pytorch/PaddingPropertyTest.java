package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.InputCheck;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Shape;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request is answered as if it had been alone, whichever others it is scored with. */
class PaddingPropertyTest {
  private static final int BATCHES = 300;
  private static final int MAXIMUM_REQUESTS = 8;
  private static final int MAXIMUM_ROWS = 3;
  private static final int MAXIMUM_LENGTH = 12;
  private static final float TOLERANCE = 1e-5f;

  @ParameterizedTest
  @ValueSource(strings = {"masked-mean", "per-position", "row-sum"})
  void eachRequestGetsWhatItGetsAlone(String name) throws Exception {
    PyTorchLibrary.load();
    ModelSpec spec = Fixtures.model(name);
    try (PyTorchModel model = PyTorchModel.load(spec, Device.cpu())) {
      BatchScorer scorer = new BatchScorer(model, spec.signature());
      for (int seed = 0; seed < BATCHES; seed++) {
        List<EngineRequest> batch = batch(spec, new Random(seed));

        // Not by a detour over bisection, which would hide what is wrong with the batch.
        Heard together =
            heard(spec.signature().padded() ? scorer.scoreTogether(batch) : scorer.score(batch));

        assertThat(together.count()).isEqualTo(batch.size());
        for (EngineRequest request : batch) {
          long id = request.id();
          Heard alone = heard(scorer.scoreTogether(List.of(request)));
          assertAlike("seed " + seed, together.of(id), alone.of(id));
        }
      }
    }
  }

  private static Heard heard(List<Completion> completions) {
    Heard heard = new Heard();
    completions.forEach(ended -> heard.done(ended.id(), ended.outcome()));
    return heard;
  }

  private static List<EngineRequest> batch(ModelSpec spec, Random random) {
    List<EngineRequest> batch = new ArrayList<>();
    int requests = 1 + random.nextInt(MAXIMUM_REQUESTS);
    for (int request = 0; request < requests; request++) {
      int rows = 1 + random.nextInt(MAXIMUM_ROWS);
      int length = 1 + random.nextInt(MAXIMUM_LENGTH);
      List<Tensor> inputs =
          spec.signature().sentInputs().stream()
              .map(input -> tensor(input, rows, length, random))
              .toList();
      assertThat(spec.signature().check(inputs, MAXIMUM_ROWS))
          .isInstanceOfSatisfying(
              InputCheck.Accepted.class,
              accepted ->
                  assertThat(accepted.length()).isEqualTo(spec.signature().padded() ? length : 0));
      batch.add(new EngineRequest(request, inputs));
    }
    return batch;
  }

  private static Tensor tensor(TensorSpec input, int rows, int length, Random random) {
    long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
    shape[input.lengthDimension()] = length;
    shape[0] = rows;
    int elements = Math.toIntExact(Shape.elements(shape));
    ByteBuffer data =
        ByteBuffer.allocate(elements * input.datatype().size()).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      if (input.datatype() == Datatype.INT64) {
        data.putLong(random.nextInt(50));
      } else {
        data.putFloat(random.nextFloat() - 0.5f);
      }
    }
    return new Tensor(input.name(), input.datatype(), shape, data.array());
  }

  private static void assertAlike(String when, Outcome together, Outcome alone) {
    List<Tensor> found = ((Outcome.Scored) together).outputs();
    List<Tensor> expected = ((Outcome.Scored) alone).outputs();
    assertThat(found).as(when).hasSameSizeAs(expected);
    for (int index = 0; index < expected.size(); index++) {
      Tensor one = found.get(index);
      Tensor other = expected.get(index);
      assertThat(one.name()).as(when).isEqualTo(other.name());
      assertThat(one.shape()).as(when).isEqualTo(other.shape());
      FloatBuffer numbers = floats(one);
      FloatBuffer wanted = floats(other);
      while (wanted.hasRemaining()) {
        assertThat(numbers.get()).as(when).isCloseTo(wanted.get(), within(TOLERANCE));
      }
    }
  }

  private static FloatBuffer floats(Tensor tensor) {
    assertThat(tensor.datatype()).isEqualTo(Datatype.FP32);
    return ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
