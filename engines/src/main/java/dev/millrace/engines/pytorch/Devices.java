package dev.millrace.engines.pytorch;

import ai.djl.Device;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Finds the devices that an engine may run on, and says early when one is not there: libtorch says
 * so only at the first tensor.
 */
final class Devices {
  private static final String GPU_PREFIX = "gpu:";
  private static final String REMEDY =
      "Choose another with millrace.engine.device, or give the process a CUDA build of libtorch"
          + " (PYTORCH_LIBRARY_PATH and PYTORCH_FLAVOR)";

  private Devices() {}

  /**
   * The devices to choose from, at least one.
   *
   * @param wanted {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
   * @param visible how many GPUs libtorch sees
   */
  static List<Device> candidates(String wanted, GpuAllotment allotment, int visible)
      throws EngineUnavailableException {
    return switch (wanted) {
      case "cpu" -> List.of(Device.cpu());
      case "auto" ->
          allotment.indices().isEmpty() && visible == 0
              ? List.of(Device.cpu())
              : gpus(allotment, visible);
      case "gpu" -> gpus(allotment, visible);
      default ->
          List.of(one(Integer.parseInt(wanted.substring(GPU_PREFIX.length())), allotment, visible));
    };
  }

  /** The device with the fewest users yet, the first of those. */
  static Device leastUsed(List<Device> candidates, ToIntFunction<Device> users) {
    return candidates.stream().min(Comparator.comparingInt(users)).orElseThrow();
  }

  private static List<Device> gpus(GpuAllotment allotment, int visible)
      throws EngineUnavailableException {
    List<Integer> indices =
        allotment.indices().orElseGet(() -> IntStream.range(0, visible).boxed().toList());
    if (indices.isEmpty()) {
      throw new EngineUnavailableException(
          allotment.indices().isPresent()
              ? "this TaskManager offers GPUs, but its discovery script has found none: its log says why. To score on the CPU all the same, set millrace.engine.device to cpu"
              : "millrace.engine.device is gpu, but libtorch sees no GPU. " + REMEDY);
    }
    for (int index : indices) {
      requireVisible(index, visible);
    }
    return indices.stream().map(Device::gpu).toList();
  }

  private static Device one(int index, GpuAllotment allotment, int visible)
      throws EngineUnavailableException {
    List<Integer> given = allotment.indices().orElse(List.of(index));
    if (!given.contains(index)) {
      throw new EngineUnavailableException(
          "millrace.engine.device is gpu:%d, but this TaskManager was given the GPUs %s. Set it to gpu, for any of them"
              .formatted(index, given));
    }
    requireVisible(index, visible);
    return Device.gpu(index);
  }

  private static void requireVisible(int index, int visible) throws EngineUnavailableException {
    if (index >= visible) {
      throw new EngineUnavailableException(
          "device gpu:%d is missing: libtorch sees %d GPUs. %s".formatted(index, visible, REMEDY));
    }
  }
}
