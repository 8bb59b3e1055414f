package dev.millrace.gateway;

import dev.millrace.gateway.database.DatabaseSettings;
import dev.millrace.gateway.exchange.ExchangeSettings;
import dev.millrace.gateway.limits.Quotas;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway is to be.
 *
 * @param listen where clients connect
 * @param exchange to Kafka and back
 * @param quotas of tenants
 * @param bounds of single requests
 * @param health what is checked, and how
 * @param tasks where their history is
 */
public record GatewaySettings(
    Listen listen,
    ExchangeSettings exchange,
    Quotas quotas,
    Bounds bounds,
    Health health,
    Tasks tasks) {

  /**
   * Where the history of tasks is.
   *
   * @param database that gateways which answer for the same tasks share
   * @param topic to which the job writes it
   * @param retention how long tasks are kept once they have ended
   */
  public record Tasks(DatabaseSettings database, String topic, Duration retention) {
    /** A month. */
    public static final Duration DEFAULT_RETENTION = Duration.ofDays(30);

    public Tasks {
      if (retention.toMillis() < 1) {
        throw new IllegalArgumentException("a retention of " + retention);
      }
    }
  }

  /**
   * Where clients connect.
   *
   * @param port 0 for a free one
   * @param metricsPort of metrics, 0 for a free one
   * @param tls null for none
   * @param allowedOrigins of browsers that may call (CORS); none for no others than our own pages
   */
  public record Listen(
      String host, int port, int metricsPort, @Nullable Tls tls, Set<String> allowedOrigins) {
    public Listen {
      allowedOrigins = Set.copyOf(allowedOrigins);
    }
  }

  /**
   * Files in PEM.
   *
   * @param certificate and those that vouch for it
   * @param key of the certificate
   */
  public record Tls(String certificate, String key) {}

  /**
   * Bounds of single requests.
   *
   * @param bodyBytes the largest body
   * @param timeout how long an answer is waited for
   * @param idleTimeout how long a client may take to begin a request, to send it, and to take what
   *     it is sent
   * @param keepAlive how often a stream that has nothing to say says so; below the idle timeout
   */
  public record Bounds(int bodyBytes, Duration timeout, Duration idleTimeout, Duration keepAlive) {
    /** 8 MiB, 10 minutes, 60 and 15 seconds. */
    public static final Bounds DEFAULTS =
        new Bounds(8 << 20, Duration.ofMinutes(10), Duration.ofSeconds(60), Duration.ofSeconds(15));

    public Bounds {
      if (bodyBytes < 1 || timeout.toMillis() < 1 || idleTimeout.toSeconds() < 1) {
        throw new IllegalArgumentException("bounds are positive");
      }
      if (keepAlive.compareTo(idleTimeout) >= 0) {
        throw new IllegalArgumentException(
            "a client that takes nothing is looked for with each keep-alive: %s, idle timeout %s"
                .formatted(keepAlive, idleTimeout));
      }
    }
  }

  /**
   * What is checked.
   *
   * @param group under which the job commits how far it has read
   * @param maximumLag requests that the job may be behind
   * @param probeInterval how often each model is asked something
   * @param probePatience how long that answer may take
   */
  public record Health(
      String group, long maximumLag, Duration probeInterval, Duration probePatience) {
    /** What a job may be behind unless somebody says otherwise. */
    public static final long DEFAULT_MAXIMUM_LAG = 100_000;

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(2);

    /** With questions every two seconds, which have as long for their answers. */
    public Health(String group, long maximumLag) {
      this(group, maximumLag, PROBE_INTERVAL, PROBE_INTERVAL);
    }
  }
}
