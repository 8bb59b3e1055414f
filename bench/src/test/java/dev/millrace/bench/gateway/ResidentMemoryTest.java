package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.BenchmarkException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
  @Test
  void theBeginningOfALoadIsNoGrowth() throws Exception {
    assertThat(ResidentMemory.growth(List.of(10.0, 500.0, 800.0, 800.0, 800.0, 800.0))).isZero();
  }

  @Test
  void growthIsToldFromThirdToThird() throws Exception {
    assertThat(ResidentMemory.growth(List.of(1.0, 1.0, 1.0, 100.0, 100.0, 110.0, 110.0)))
        .isEqualTo(0.1, within(1e-9));
  }

  @Test
  void tooFewSamplesTellNothing() {
    assertThatThrownBy(() -> ResidentMemory.growth(List.of(1.0, 2.0)))
        .isInstanceOf(BenchmarkException.class);
  }

  @Test
  void readsThisProcess() throws Exception {
    long own = ProcessHandle.current().pid();

    assertThat(ResidentMemory.now(own)).isBetween(10.0, ResidentMemory.most(own) + 1);
  }
}
