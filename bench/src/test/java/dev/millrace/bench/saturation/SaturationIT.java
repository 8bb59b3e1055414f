package dev.millrace.bench.saturation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workloads;
import dev.millrace.protocol.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compared must do the same: each system answers each request, and exactly once. */
class SaturationIT {
  private static final int REQUESTS = 5_000;

  @TempDir private Path directory;

  @Test
  void everySystemAnswersEveryRequestExactlyOnce() throws Exception {
    Settings settings = settings(Encoding.PROTOBUF);
    try (TestBed bed = TestBed.open(settings)) {
      SaturationRun run = new SaturationRun(bed, Workloads.load(settings, "no-op"), new Silence());
      for (SystemUnderTest system :
          List.of(
              Systems.passThrough(),
              Systems.passThroughKeyed(),
              Systems.perRecord(100),
              Systems.window(32, Duration.ofMillis(10)),
              Systems.millrace())) {
        Measurement measured = run.of(system, REQUESTS);

        assertThat(measured.violations()).as(system.name()).isEmpty();
        assertThat(measured.rate()).as(system.name()).isPositive();
      }
    }
  }

  @Test
  void jsonIsAnsweredToo() throws Exception {
    Settings settings = settings(Encoding.JSON);
    try (TestBed bed = TestBed.open(settings)) {
      SaturationRun run = new SaturationRun(bed, Workloads.load(settings, "no-op"), new Silence());

      assertThat(run.of(Systems.millrace(), REQUESTS).violations()).isEmpty();
    }
  }

  private Settings settings(Encoding encoding) {
    return new Settings(
        Settings.launchedFrom(),
        directory,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        encoding,
        Map.of());
  }

  private static final class Silence implements Progress {
    @Override
    public void say(String message) {}

    @Override
    public void update(String message) {}
  }
}
