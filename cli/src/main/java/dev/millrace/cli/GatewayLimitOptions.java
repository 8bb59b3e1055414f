package dev.millrace.cli;

import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.limits.Quota;
import dev.millrace.gateway.limits.Quotas;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What clients may ask for. */
final class GatewayLimitOptions {
  @Option(
      names = "--requests-per-minute",
      defaultValue = "0",
      description = "What each tenant may send (default: ${DEFAULT-VALUE}, any number).")
  private long requestsPerMinute;

  @Option(
      names = "--tokens-per-minute",
      defaultValue = "0",
      description = "Tokens of each tenant's prompts and texts (default: ${DEFAULT-VALUE}, any).")
  private long tokensPerMinute;

  @Option(
      names = "--concurrent-requests",
      defaultValue = "0",
      description = "Of each tenant at once (default: ${DEFAULT-VALUE}, any number).")
  private int concurrent;

  @Option(
      names = "--quota",
      paramLabel = "TENANT=R,T,C",
      description = "These three of one tenant, such as acme=600,100000,50. May be repeated.")
  private Map<String, String> own = new LinkedHashMap<>();

  @Option(
      names = "--max-pending",
      defaultValue = "10000",
      description = "Requests that wait for answers at once (default: ${DEFAULT-VALUE}).")
  private int maximumPending;

  @Option(
      names = "--max-body-bytes",
      defaultValue = "8388608",
      description = "The largest body (default: ${DEFAULT-VALUE}).")
  private int bodyBytes;

  @Option(
      names = "--timeout",
      defaultValue = "10m",
      converter = DurationConverter.class,
      description = "How long an answer is waited for (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ZERO;

  /** How many requests may wait for their answers. */
  int maximumPending() {
    return maximumPending;
  }

  /** The largest body. */
  int bodyBytes() {
    return bodyBytes;
  }

  Quotas quotas() {
    Map<String, Quota> quotas = new LinkedHashMap<>();
    own.forEach((tenant, numbers) -> quotas.put(tenant, quota(tenant, numbers)));
    return new Quotas(new Quota(requestsPerMinute, tokensPerMinute, concurrent), quotas);
  }

  private static Quota quota(String tenant, String text) {
    String[] numbers = text.split(",", -1);
    try {
      if (numbers.length == 3) {
        return new Quota(
            Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Integer.parseInt(numbers[2]));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--quota %s=%s: not three whole numbers".formatted(tenant, text), e);
    }
    throw new IllegalArgumentException(
        "--quota %s=%s: requests a minute, tokens a minute and requests at once"
            .formatted(tenant, text));
  }

  GatewaySettings.Bounds bounds() {
    GatewaySettings.Bounds defaults = GatewaySettings.Bounds.DEFAULTS;
    return new GatewaySettings.Bounds(
        bodyBytes, timeout, defaults.idleTimeout(), defaults.keepAlive());
  }
}
