package dev.millrace.engines.pytorch;

import static dev.millrace.engines.pytorch.Fixtures.ONE_STREAM;
import static dev.millrace.engines.pytorch.Fixtures.floats;
import static dev.millrace.engines.pytorch.Fixtures.model;
import static dev.millrace.engines.pytorch.Fixtures.shape;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Memory outside the Java heap is nobody's to collect: resident memory must not grow with what was
 * scored.
 */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  /**
   * Each batch makes 1.6 MB of outputs and each load a model: what leaked would be hundreds of
   * megabytes.
   */
  private static final long TOLERATED_KILOBYTES = 60_000;

  @Test
  void doesNotGrowWithTheNumberOfBatches() throws Exception {
    try (Engine engine = ONE_STREAM.open(model("wide"), GpuAllotment.UNMANAGED)) {
      score(engine, 300);
      long before = residentKilobytes();
      score(engine, 600);

      long growth = residentKilobytes() - before;
      System.out.println("native memory grew by " + growth + " kB");
      assertThat(growth).isLessThan(TOLERATED_KILOBYTES);
    }
  }

  @Test
  void doesNotGrowWithTheNumberOfLoads() throws Exception {
    loadScoreAndClose(150);
    long before = residentKilobytes();
    loadScoreAndClose(300);

    long growth = residentKilobytes() - before;
    System.out.println("native memory grew by " + growth + " kB");
    assertThat(growth).isLessThan(TOLERATED_KILOBYTES);
  }

  private static void loadScoreAndClose(int times) throws Exception {
    ModelSpec model = model("picky");
    for (int time = 0; time < times; time++) {
      try (Engine engine = ONE_STREAM.open(model, GpuAllotment.UNMANAGED)) {
        Heard heard = new Heard();
        engine.start(List.of(new EngineRequest(0, List.of(floats("x", shape(1, 2), 1, 2)))), heard);
        await(heard);
      }
    }
  }

  private static void score(Engine engine, int batches) {
    for (int batch = 0; batch < batches; batch++) {
      Heard heard = new Heard();
      engine.start(List.of(new EngineRequest(0, List.of(floats("x", shape(1, 1), batch)))), heard);
      await(heard);
    }
  }

  private static void await(Heard heard) {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> heard.count() == 1);
  }

  /** What the process holds beside its Java heap, which the collector lets grow as it likes. */
  private static long residentKilobytes() throws IOException {
    System.gc();
    long resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElseThrow();
    return resident - Runtime.getRuntime().totalMemory() / 1024;
  }
}
