package dev.millrace.bench;

import java.net.URI;

/**
 * Where a gateway is, and who asks it.
 *
 * @param url without a path, such as {@code http://127.0.0.1:8080}
 * @param token a bearer token with the scope {@code infer}
 */
public record GatewayAddress(URI url, String token) {
  public GatewayAddress {
    if (url.getHost() == null || url.getPort() < 0 || !url.getPath().isEmpty()) {
      throw new IllegalArgumentException("%s is not http://HOST:PORT of a gateway".formatted(url));
    }
  }

  /** The same, of text. */
  public static GatewayAddress of(String url, String token) {
    return new GatewayAddress(URI.create(url), token);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return url.toString();
  }
}
