package dev.millrace.gateway.auth;

import java.io.IOException;

/** Reads a JWK set from where it is. Its text says where that is, for messages. */
interface KeyFetcher {
  /** The most bytes a JWK set may have: some hundred keys with their certificates. */
  int MAXIMUM_BYTES = 1 << 20;

  /** The set as it is there; blocks until it is read, or for some seconds. */
  byte[] fetch() throws IOException, InterruptedException;
}
