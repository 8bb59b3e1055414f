package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.SystemUnderTest;
import java.time.Duration;

/**
 * Finds out how many requests keep a system busy for about so long, and so warms the virtual
 * machine up: a system whose code has not been compiled yet can be ten times slower.
 */
final class Calibration {
  private static final int ATTEMPTS = 5;

  /** By how much a run may be faster than the one before it when the code is compiled. */
  private static final double STEADY = 1.3;

  /** Fewer would measure the start of the job. */
  private static final int FEWEST_REQUESTS = 500;

  /** More would measure the disk: a topic of them is half a gigabyte. */
  private static final int MOST_REQUESTS = 2_000_000;

  private final SaturationRun run;
  private final Duration duration;
  private final Progress progress;

  /**
   * @param duration how long a measurement should be
   */
  Calibration(SaturationRun run, Duration duration, Progress progress) {
    this.run = run;
    this.duration = duration;
    this.progress = progress;
  }

  /**
   * Answers a second of a system, of a run that was at least half as long as a measurement should
   * be and not much faster than the one before it.
   *
   * @param guess where to begin, answers a second
   */
  double rate(SystemUnderTest system, double guess)
      throws BenchmarkException, InterruptedException {
    double rate = guess;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int requests = requests(rate, duration);
      Measurement measured = run.of(system, requests);
      progress.say("  " + SaturationFindings.line(system, measured));
      boolean longEnough =
          2 * requests >= measured.rate() * seconds(duration) || requests == MOST_REQUESTS;
      boolean steady = attempt > 0 && measured.rate() < STEADY * rate;
      rate = measured.rate();
      if (longEnough && steady) {
        return rate;
      }
    }
    return rate;
  }

  /** How many requests are answered in so long, within bounds. */
  static int requests(double rate, Duration duration) {
    return (int) Math.max(FEWEST_REQUESTS, Math.min(MOST_REQUESTS, rate * seconds(duration)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
