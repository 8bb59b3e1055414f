package dev.millrace.engines;

/** Hears what becomes of requests. Called on an engine's thread; must not block. */
@FunctionalInterface
public interface EngineListener {
  /** The request has ended; said exactly once for each request. */
  void done(long id, Outcome outcome);

  /** A token was generated for the request; said in order for each sequence, and before its end. */
  default void progress(long id, Progress progress) {}
}
