package dev.millrace.engines.pytorch;

import ai.djl.Device;
import dev.millrace.engines.EngineUnavailableException;

/**
 * Finds the device that is asked for, and says early when it is not there: libtorch says so only at
 * the first tensor.
 */
final class Devices {
  private static final String GPU_PREFIX = "gpu:";

  private Devices() {}

  /**
   * The device of a task.
   *
   * @param wanted {@code auto}, {@code cpu} or {@code gpu:N}
   * @param subtask with {@code auto}, tasks are dealt out over the GPUs
   * @param gpus how many GPUs libtorch sees
   */
  static Device resolve(String wanted, int subtask, int gpus) throws EngineUnavailableException {
    if (wanted.equals("cpu") || (wanted.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    if (wanted.equals("auto")) {
      return Device.gpu(subtask % gpus);
    }
    int index = Integer.parseInt(wanted.substring(GPU_PREFIX.length()));
    if (index >= gpus) {
      throw new EngineUnavailableException(
          "device %s is missing: libtorch sees %d GPUs. Choose another with millrace.engine.device, or give the process a CUDA build of libtorch (PYTORCH_LIBRARY_PATH and PYTORCH_FLAVOR)"
              .formatted(wanted, gpus));
    }
    return Device.gpu(index);
  }
}
