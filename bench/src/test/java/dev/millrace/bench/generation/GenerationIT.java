package dev.millrace.bench.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workloads;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.protocol.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compared must do the same: each way makes all tokens of each text. */
class GenerationIT {
  private static final int TEXTS = 96;

  @TempDir private Path directory;

  @Test
  void everyWayMakesAllTokensOfEveryText() throws Exception {
    Settings settings =
        new Settings(
            Settings.launchedFrom(),
            directory,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Encoding.JSON,
            Map.of());
    ModelSpec model = Workloads.model(settings, "scribe");
    EngineProvider engines = Workloads.engines(settings);
    TextModelSpec text = Objects.requireNonNull(model.text());
    List<TextRequest> requests = TraceRequests.read(settings.home(), text).subList(0, TEXTS);
    Duration enough = Duration.ofMinutes(5);
    try (TestBed bed = TestBed.open(settings);
        Alone alone = Alone.open(model, engines)) {
      ThroughKafka.Drained drained =
          new ThroughKafka(bed, model, engines, new Silence()).drain(requests);

      assertThat(drained.violations()).isEmpty();
      assertThat(drained.ended()).hasSize(TEXTS).allMatch(ended -> ended.nanos() > 0);
      // Each throws when a text has not as many tokens as it must have.
      assertThat(alone.continuous(requests)).hasSize(TEXTS);
      assertThat(alone.oneAtATime(requests, enough)).hasSize(TEXTS);
      assertThat(alone.staticBatches(requests, enough)).hasSize(TEXTS);
      assertThat(alone.gaps(requests.subList(0, 1), List.of()))
          .hasSize(requests.get(0).tokens() - 1);
    }
  }

  private static final class Silence implements Progress {
    @Override
    public void say(String message) {}

    @Override
    public void update(String message) {}
  }
}
