package dev.millrace.bench;

import dev.millrace.protocol.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What users say of how a benchmark is to be run. What they leave open, the benchmark decides.
 *
 * @param home the checkout: where the repositories of models and the options of Flink are
 * @param workDirectory for topics, checkpoints and logs; exists, is empty, and belongs to this run
 * @param model the name of the model to score with
 * @param rounds how often each system is measured
 * @param duration about how long each measurement is
 * @param encoding how requests are written
 * @param options of Millrace and Flink, over those of {@code flink-conf/local/config.yaml}
 * @param gateway one that runs already, where a benchmark goes to a gateway; else it starts its own
 */
public record Settings(
    Path home,
    Path workDirectory,
    Optional<String> model,
    OptionalInt rounds,
    Optional<Duration> duration,
    Encoding encoding,
    Map<String, String> options,
    Optional<GatewayAddress> gateway) {

  public Settings {
    options = Map.copyOf(options);
    if (rounds.isPresent() && rounds.getAsInt() < 1) {
      throw new IllegalArgumentException(rounds.getAsInt() + " rounds");
    }
    if (duration.isPresent() && (duration.get().isNegative() || duration.get().isZero())) {
      throw new IllegalArgumentException("a duration of " + duration.get());
    }
  }

  /** Settings without a gateway. */
  public Settings(
      Path home,
      Path workDirectory,
      Optional<String> model,
      OptionalInt rounds,
      Optional<Duration> duration,
      Encoding encoding,
      Map<String, String> options) {
    this(home, workDirectory, model, rounds, duration, encoding, options, Optional.empty());
  }

  /** The checkout from which the launcher script runs. */
  public static Path launchedFrom() {
    return Path.of(System.getProperty("millrace.home", "."));
  }
}
