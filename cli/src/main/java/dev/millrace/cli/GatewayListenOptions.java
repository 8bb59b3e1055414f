package dev.millrace.cli;

import dev.millrace.gateway.GatewaySettings;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where clients connect. */
final class GatewayListenOptions {
  @Option(
      names = "--http-host",
      defaultValue = "127.0.0.1",
      description = "The address to listen on (default: ${DEFAULT-VALUE}).")
  private String host = "";

  @Option(
      names = "--http-port",
      defaultValue = "8080",
      description = "The port of the API (default: ${DEFAULT-VALUE}; 0: a free one).")
  private int port;

  @Option(
      names = "--http-metrics-port",
      defaultValue = "9464",
      description = "The port of the metrics (default: ${DEFAULT-VALUE}; 0: a free one).")
  private int metricsPort;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "Serve HTTPS with this certificate chain, in PEM.")
  private @Nullable String certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, in PEM.")
  private @Nullable String key;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description = "An origin whose pages may call from browsers. May be repeated.")
  private Set<String> origins = new LinkedHashSet<>();

  GatewaySettings.Listen settings() {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("--tls-certificate and --tls-key come together");
    }
    return new GatewaySettings.Listen(
        host,
        port,
        metricsPort,
        certificate == null || key == null ? null : new GatewaySettings.Tls(certificate, key),
        origins);
  }
}
