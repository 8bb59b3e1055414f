package dev.millrace.operators.window;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;

/**
 * The external resource {@code gpu} of Flink: what the TaskManager's discovery script has found.
 * All tasks of a TaskManager are told of all of its GPUs; who takes which is for the engines.
 */
final class GpuResource {
  private static final String NAME = "gpu";

  /** What Flink's own driver calls the index of a GPU. */
  private static final String INDEX = "index";

  private GpuResource() {}

  /**
   * The GPUs of the TaskManager that this task runs in.
   *
   * @throws EngineUnavailableException when the resource is of a driver that gives no indices
   */
  static GpuAllotment allotment(StreamingRuntimeContext context) throws EngineUnavailableException {
    Configuration configuration = context.getTaskManagerRuntimeInfo().getConfiguration();
    boolean managed =
        configuration
            .getOptional(ExternalResourceOptions.EXTERNAL_RESOURCE_LIST)
            .map(names -> names.contains(NAME))
            .orElse(false);
    if (!managed) {
      return GpuAllotment.UNMANAGED;
    }
    List<Integer> indices = new ArrayList<>();
    for (ExternalResourceInfo gpu : context.getExternalResourceInfos(NAME)) {
      indices.add(index(gpu));
    }
    return GpuAllotment.of(indices);
  }

  private static int index(ExternalResourceInfo gpu) throws EngineUnavailableException {
    String index = gpu.getProperty(INDEX).orElse("");
    if (!index.matches("[0-9]{1,3}")) {
      throw new EngineUnavailableException(
          "the external resource '%s' of this TaskManager gives '%s' where the index of a GPU is expected: correct external-resource.%s.param.discovery-script.path"
              .formatted(NAME, index, NAME));
    }
    return Integer.parseInt(index);
  }
}
