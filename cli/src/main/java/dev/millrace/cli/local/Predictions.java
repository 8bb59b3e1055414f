package dev.millrace.cli.local;

import dev.millrace.cli.report.RunStatistics;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.MalformedResultException;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Reads the class out of a classifier's result. */
final class Predictions {
  private final ResultDecoder decoder = new ResultDecoder();

  /**
   * The index of the largest value of the first FP32 output, or {@link RunStatistics#NO_CLASS}
   * where there is none.
   */
  int predictedClass(byte[] result) {
    try {
      if (decoder.decode(result, Encoding.JSON, ResultStatus.OK) instanceof TensorResult scored) {
        return scored.outputs().stream()
            .filter(output -> output.datatype() == Datatype.FP32)
            .findFirst()
            .map(Predictions::largest)
            .orElse(RunStatistics.NO_CLASS);
      }
      return RunStatistics.NO_CLASS;
    } catch (MalformedResultException e) {
      // Counts as a wrong answer, which the accuracy shows.
      return RunStatistics.NO_CLASS;
    }
  }

  private static int largest(Tensor tensor) {
    FloatBuffer values =
        ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    int largest = RunStatistics.NO_CLASS;
    for (int index = 0; index < values.limit(); index++) {
      if (largest < 0 || values.get(index) > values.get(largest)) {
        largest = index;
      }
    }
    return largest;
  }
}
