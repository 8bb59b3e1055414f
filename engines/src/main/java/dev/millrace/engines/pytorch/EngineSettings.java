package dev.millrace.engines.pytorch;

import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * Where and how models are scored.
 *
 * @param device {@code cpu}, {@code gpu} for those that the process was given, {@code gpu:N}, or
 *     {@code auto}: the GPUs if there are any, else the CPU
 * @param streams how many batches of a model are scored at the same time; 0 takes one for each core
 *     of a CPU, and two for a GPU, so that one is copied while the other is computed
 */
public record EngineSettings(String device, int streams) implements Serializable {
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|gpu(:[0-9]{1,3})?");

  /** Two: one batch is copied while the other is computed. */
  private static final int STREAMS_OF_A_GPU = 2;

  public EngineSettings {
    if (!DEVICE.matcher(device).matches()) {
      throw new IllegalArgumentException(
          "device '%s' is none of auto, cpu, gpu and gpu:N".formatted(device));
    }
    if (streams < 0) {
      throw new IllegalArgumentException(streams + " streams");
    }
  }

  /** The number of streams on a device. */
  int streamsOn(boolean gpu) {
    if (streams > 0) {
      return streams;
    }
    return gpu ? STREAMS_OF_A_GPU : Runtime.getRuntime().availableProcessors();
  }
}
