package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;

/**
 * Something that answers requests: each record of the request topic on the result topic, or where
 * the record says.
 */
public interface SystemUnderTest {
  /** What tables call it: lower case, words joined by hyphens. */
  String name();

  /** How it is set, such as {@code 32 requests or 10 ms}; empty when there is nothing to set. */
  String setting();

  /**
   * Starts it on the topics of the context, and returns when it runs; what lies on the request
   * topic is answered too.
   *
   * @throws BenchmarkException when it cannot be started; nothing of it is left then
   */
  Running start(BenchContext context) throws BenchmarkException, InterruptedException;
}
