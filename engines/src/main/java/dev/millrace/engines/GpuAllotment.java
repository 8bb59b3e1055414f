package dev.millrace.engines;

import java.util.List;
import java.util.Optional;

/**
 * The GPUs that a process may use: those that the resource manager has given it, or, where nobody
 * manages them, whatever it finds.
 *
 * @param indices of those given, as CUDA numbers them; absent where nobody manages them, and empty
 *     where somebody does and has given none
 */
public record GpuAllotment(Optional<List<Integer>> indices) {
  /** Nobody manages them. */
  public static final GpuAllotment UNMANAGED = new GpuAllotment(Optional.empty());

  public GpuAllotment {
    indices = indices.map(given -> given.stream().sorted().distinct().toList());
    indices
        .flatMap(given -> given.stream().filter(index -> index < 0).findFirst())
        .ifPresent(
            index -> {
              throw new IllegalArgumentException("a GPU with the index " + index);
            });
  }

  /** These and no other. */
  public static GpuAllotment of(List<Integer> indices) {
    return new GpuAllotment(Optional.of(indices));
  }
}
