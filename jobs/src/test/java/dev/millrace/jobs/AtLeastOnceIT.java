package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results by option at least once: they do not wait for a checkpoint, of which there is none here.
 */
class AtLeastOnceIT {
  @TempDir Path directory;

  @Test
  void resultsAreThereBeforeAnyCheckpoint() throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    options.set(MillraceOptions.DELIVERY_GUARANTEE, DeliveryGuarantee.AT_LEAST_ONCE);
    options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
    try (RunningJob job =
        RunningJob.start(
            directory, options, new PyTorchEngineProvider(new EngineSettings("cpu", 1)))) {
      List<RecordCoordinates> requests = job.sendAll(Digits.requests(450));

      Answers answers = job.awaitAnswers(requests);

      answers.assertExactlyOneFor(requests);
      assertThat(answers.count("ok")).isEqualTo(450);
    }
  }
}
