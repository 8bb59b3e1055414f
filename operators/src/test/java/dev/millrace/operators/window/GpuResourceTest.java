package dev.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.runtime.externalresource.ExternalResourceInfoProvider;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.util.TestingTaskManagerRuntimeInfo;
import org.apache.flink.streaming.api.operators.StreamingRuntimeContext;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.junit.jupiter.api.Test;

class GpuResourceTest {
  /** What Flink's driver makes of an index that the discovery script has printed. */
  private record Gpu(String index) implements ExternalResourceInfo {
    @Override
    public Optional<String> getProperty(String key) {
      return key.equals("index") ? Optional.of(index) : Optional.empty();
    }

    @Override
    public Collection<String> getKeys() {
      return List.of("index");
    }
  }

  @Test
  void nobodyManagesGpusWhereTheTaskManagerOffersNone() throws Exception {
    assertThat(allotment(List.of(), ExternalResourceInfoProvider.NO_EXTERNAL_RESOURCES))
        .isEqualTo(GpuAllotment.UNMANAGED);
    assertThat(allotment(List.of("fpga"), found("0"))).isEqualTo(GpuAllotment.UNMANAGED);
  }

  @Test
  void theIndicesThatTheScriptHasPrintedAreThoseThatMayBeUsed() throws Exception {
    assertThat(allotment(List.of("fpga", "gpu"), found("2", "0")))
        .isEqualTo(GpuAllotment.of(List.of(0, 2)));
  }

  @Test
  void aScriptThatHasFailedIsNotTakenForAMachineWithoutGpus() throws Exception {
    assertThat(allotment(List.of("gpu"), ExternalResourceInfoProvider.NO_EXTERNAL_RESOURCES))
        .isEqualTo(GpuAllotment.of(List.of()));
  }

  @Test
  void whatIsNoIndexIsRefused() {
    assertThatThrownBy(() -> allotment(List.of("gpu"), found("GPU-8f2c")))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("'GPU-8f2c'")
        .hasMessageContaining("external-resource.gpu.param.discovery-script.path");
  }

  private static ExternalResourceInfoProvider found(String... indices) {
    Map<String, Set<ExternalResourceInfo>> resources =
        Map.of("gpu", Arrays.stream(indices).map(Gpu::new).collect(Collectors.toSet()));
    return name -> resources.getOrDefault(name, Set.of());
  }

  private static GpuAllotment allotment(
      List<String> resources, ExternalResourceInfoProvider provider) throws Exception {
    Configuration configuration = new Configuration();
    if (!resources.isEmpty()) {
      configuration.set(ExternalResourceOptions.EXTERNAL_RESOURCE_LIST, resources);
    }
    try (MockEnvironment environment =
        new MockEnvironmentBuilder()
            .setTaskManagerRuntimeInfo(new TestingTaskManagerRuntimeInfo(configuration))
            .build()) {
      return GpuResource.allotment(
          new StreamingRuntimeContext(
              environment,
              Map.of(),
              UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup(),
              new OperatorID(),
              new TestProcessingTimeService(),
              null,
              provider));
    }
  }
}
