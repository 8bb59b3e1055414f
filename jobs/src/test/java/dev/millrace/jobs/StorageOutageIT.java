package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that fails while nothing can be written where checkpoints go. */
class StorageOutageIT {
  private static final int REQUESTS = 200;
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  @TempDir Path directory;

  @Test
  void aJobThatStartsAgainWaitsForTheStorageOfItsCheckpoints() throws Exception {
    Configuration options = new Configuration();
    options.set(JobManagerOptions.SCHEDULER, JobManagerOptions.SchedulerType.Adaptive);
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    options.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        Duration.ofMillis(100));
    FaultyEngines engines =
        new FaultyEngines(new PyTorchEngineProvider(new EngineSettings("cpu", 1)), 42, 1, 1);
    try (RunningJob job = RunningJob.start(directory, options, engines)) {
      job.awaitCheckpoints(1);
      Path checkpoints = job.checkpoints();
      Path away = checkpoints.resolveSibling("away");
      Files.move(checkpoints, away);
      Files.writeString(checkpoints, "nothing can be written below a file");

      List<RecordCoordinates> requests = new ArrayList<>(job.sendAll(Digits.requests(REQUESTS)));
      Awaitility.await().until(() -> FaultyEngines.faultsLeft() == 0);
      Awaitility.await()
          .during(OUTAGE)
          .atMost(OUTAGE.multipliedBy(2))
          .untilAsserted(job::assertNotEnded);
      Files.delete(checkpoints);
      Files.move(away, checkpoints);

      Answers answers = job.awaitAllAnswers(requests);
      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("ok")).isEqualTo(REQUESTS);
    }
  }
}
