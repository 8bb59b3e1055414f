package dev.millrace.engines.generation;

import dev.millrace.engines.EngineListener;

/** Hears what becomes of a request that is generated. Called on the decode loop's thread. */
public interface GenerationListener extends EngineListener {
  /** One of the request's sequences has ended: said once for each, and before the request's end. */
  void sequenceEnded();
}
