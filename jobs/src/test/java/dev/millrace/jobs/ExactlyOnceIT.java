package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conservation through failures: a real broker, real libtorch, and tasks that fail at random with
 * requests in flight.
 */
class ExactlyOnceIT {
  private static final int REQUESTS = 20_000;
  private static final int FAULTS = 6;

  @TempDir Path directory;

  @Test
  void everyRequestIsAnsweredExactlyOnceWhileTheTaskFailsAtRandom() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 2 * FAULTS);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
    FaultyEngines engines =
        new FaultyEngines(new PyTorchEngineProvider(new EngineSettings("cpu", 1)), 42, FAULTS, 60);
    try (RunningJob job = RunningJob.start(directory, options, engines)) {
      List<RecordCoordinates> requests = job.sendAll(Digits.requests(REQUESTS));

      Answers answers = job.awaitAllAnswers(requests);

      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("ok")).isEqualTo(REQUESTS);
      assertThat(FaultyEngines.faultsLeft()).as("faults that did not happen").isZero();
    }
  }
}
