package dev.millrace.cli.local;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;

/**
 * The options of a local stack: those of {@code config.yaml}, over them what the stack itself
 * decides, and over both what users set.
 */
final class LocalConfiguration {
  private static final String METRICS_PORT = "metrics.reporter.prom.port";

  private LocalConfiguration() {}

  /** What file and users say, before anything has been started. */
  static Configuration beforeStart(LocalStack.Settings settings) {
    Configuration configuration =
        GlobalConfiguration.loadConfiguration(settings.flinkConfiguration().toString());
    configuration.addAll(settings.options());
    return configuration;
  }

  /**
   * What the job runs with.
   *
   * @param checkpoint where it goes on from, if it was here before
   */
  static Configuration of(
      LocalStack.Settings settings, DataDirectory directory, Optional<Path> checkpoint) {
    Configuration configuration =
        GlobalConfiguration.loadConfiguration(settings.flinkConfiguration().toString());
    configuration.set(RestOptions.PORT, settings.ports().ui());
    configuration.set(RestOptions.BIND_PORT, Integer.toString(settings.ports().ui()));
    configuration.setString(METRICS_PORT, Integer.toString(settings.ports().metrics()));
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(directory.checkpoints()));
    configuration.set(CoreOptions.TMP_DIRS, directory.flink().toString());
    configuration.set(WebOptions.TMP_DIR, directory.flink().toString());
    checkpoint.ifPresent(
        path -> {
          configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, uri(path));
          configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        });
    configuration.addAll(settings.options());
    return configuration;
  }

  /** Flink's paths are not escaped: it would take the %20 of a proper URI for a name. */
  private static String uri(Path path) {
    return "file:" + path;
  }
}
