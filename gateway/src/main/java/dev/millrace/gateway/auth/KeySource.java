package dev.millrace.gateway.auth;

import java.util.Optional;

/**
 * Where the verifier takes its keys from. For any thread; nothing here waits for a file or the
 * network.
 */
interface KeySource {
  /**
   * The keys at hand: empty while none could be fetched yet, or when the last that could are too
   * old. The same keys are the same object.
   *
   * @param nowMillis epoch milliseconds
   */
  Optional<KeySet> current(long nowMillis);

  /**
   * Tells that a token names a key that is not there, so that newer keys are fetched, unless that
   * was done just now.
   *
   * @return whether newer keys are on their way
   */
  boolean missed(long nowMillis);
}
