package dev.millrace.engines;

/** Hears what becomes of requests. Called on an engine's thread; must not block. */
@FunctionalInterface
public interface EngineListener {
  /** The request has ended; said exactly once for each request. */
  void done(long id, Outcome outcome);
}
