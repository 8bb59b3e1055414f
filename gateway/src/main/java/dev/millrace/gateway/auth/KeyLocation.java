package dev.millrace.gateway.auth;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Where the keys are: a JWK set (RFC 7517). */
public sealed interface KeyLocation {
  /** A file that is looked at every few seconds. It may hold HMAC secrets. */
  record File(Path path) implements KeyLocation {}

  /**
   * A URL, of HTTPS, or of HTTP on this machine: who can change an answer on its way could sign
   * tokens with keys of their own. Secrets are not taken from there.
   */
  record Url(URI uri, RefreshSettings refresh) implements KeyLocation {
    public Url {
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      String host = uri.getHost() == null ? "" : uri.getHost();
      boolean safe = scheme.equals("https") || (scheme.equals("http") && isLoopback(host));
      if (host.isEmpty() || !safe) {
        throw new IllegalArgumentException(
            "keys are fetched from https URLs, or from http on this machine: " + uri);
      }
    }

    /** With the usual times. */
    public Url(URI uri) {
      this(uri, RefreshSettings.DEFAULT);
    }

    private static boolean isLoopback(String host) {
      // No other names or forms: what they resolve to is for others to say.
      return host.equals("localhost") || host.equals("127.0.0.1") || host.equals("[::1]");
    }
  }

  /**
   * When keys are fetched again.
   *
   * @param interval how old they get before they are fetched again
   * @param minimumInterval how long after a fetch the next may begin, when that failed or a token
   *     names a key that is not known: so bad tokens cause no flood of fetches
   * @param maximumAge how long they are used while they cannot be fetched; then every token is
   *     refused
   */
  record RefreshSettings(Duration interval, Duration minimumInterval, Duration maximumAge) {
    /** Every five minutes, not twice in ten seconds, and a day without. */
    public static final RefreshSettings DEFAULT =
        new RefreshSettings(Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofDays(1));

    public RefreshSettings {
      if (minimumInterval.isNegative() || minimumInterval.isZero()) {
        throw new IllegalArgumentException("the minimum interval must be positive");
      }
      if (interval.compareTo(minimumInterval) < 0) {
        throw new IllegalArgumentException("the interval is below the minimum interval");
      }
      if (maximumAge.compareTo(interval) <= 0) {
        throw new IllegalArgumentException(
            "keys must not be too old before they are fetched again");
      }
    }
  }
}
