package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void autoTakesTheCpuWhereNobodyManagesGpusAndThereIsNone() throws Exception {
    assertThat(Devices.candidates("auto", GpuAllotment.UNMANAGED, 0)).containsExactly(Device.cpu());
  }

  @Test
  void autoAndGpuTakeAllThatAreSeenWhereNobodyManagesThem() throws Exception {
    for (String wanted : List.of("auto", "gpu")) {
      assertThat(Devices.candidates(wanted, GpuAllotment.UNMANAGED, 2))
          .containsExactly(Device.gpu(0), Device.gpu(1));
    }
  }

  @Test
  void onlyThoseThatWereGivenAreTaken() throws Exception {
    assertThat(Devices.candidates("auto", GpuAllotment.of(List.of(3, 1)), 4))
        .containsExactly(Device.gpu(1), Device.gpu(3));
  }

  @Test
  void tasksShareGpusEvenlyAndEachHasItsOwnWhereThereAreEnough() throws Exception {
    assertThat(usersOfGpus(2, 5)).containsExactly(3, 2);
    assertThat(usersOfGpus(4, 3)).containsExactly(1, 1, 1, 0);
  }

  private static List<Integer> usersOfGpus(int gpus, int tasks) throws Exception {
    List<Device> candidates = Devices.candidates("gpu", GpuAllotment.UNMANAGED, gpus);
    Map<Device, Integer> users = new HashMap<>();
    for (int task = 0; task < tasks; task++) {
      Device device = Devices.leastUsed(candidates, gpu -> users.getOrDefault(gpu, 0));
      users.merge(device, 1, Integer::sum);
    }
    return candidates.stream().map(gpu -> users.getOrDefault(gpu, 0)).toList();
  }

  @Test
  void theCpuIsTakenWhateverWasGiven() throws Exception {
    assertThat(Devices.candidates("cpu", GpuAllotment.of(List.of()), 0))
        .containsExactly(Device.cpu());
  }

  @Test
  void aGpuThatWasGivenAndIsNotThereIsMissed() {
    assertThatThrownBy(() -> Devices.candidates("auto", GpuAllotment.of(List.of(0)), 0))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("gpu:0 is missing: libtorch sees 0 GPUs")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
  }

  @Test
  void aTaskManagerWhoseGpusWereNotFoundDoesNotScoreOnTheCpuUnasked() {
    assertThatThrownBy(() -> Devices.candidates("auto", GpuAllotment.of(List.of()), 0))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("discovery script has found none")
        .hasMessageContaining("millrace.engine.device");
  }

  @Test
  void gpuMissesAnyGpu() {
    assertThatThrownBy(() -> Devices.candidates("gpu", GpuAllotment.UNMANAGED, 0))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("libtorch sees no GPU");
  }

  @Test
  void oneThatSomebodyElseWasGivenIsNotTaken() {
    assertThatThrownBy(() -> Devices.candidates("gpu:1", GpuAllotment.of(List.of(0, 2)), 4))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("given the GPUs [0, 2]");
  }
}
