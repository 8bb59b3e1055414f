package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Rehearsal;
import java.util.List;

/** A model that is loaded once and used through several views. Safe for use by several threads. */
interface SharedEngine {
  /**
   * How long what is free is left to a user whose turn it is: a thread is awake in a tenth of this;
   * in a checkpoint it may be away for longer.
   */
  long HANDOVER_NANOS = 5_000_000;

  /**
   * A view for one more user.
   *
   * @param onClose runs when it has been given back
   */
  EngineView connect(Runnable onClose);

  /** Ends what a view has begun; its listeners hear nothing any more. */
  void disconnect(EngineView view);

  /** How many requests it would take from a view now. */
  int capacity(EngineView view);

  /** The share of what it can do that it does now. */
  double utilisation();

  /** The capacity when it is idle. */
  int maximumCapacity();

  /** What is known of it before any request has come. */
  List<Rehearsal> rehearsals();

  /** Begins with requests of a view. */
  void submit(List<EngineRequest> requests, EngineView view, EngineListener listener);

  /** Stops a request of a view, if that is still possible. */
  void cancel(EngineView view, long id);

  /** Unloads the model, when nobody uses it any more. */
  void close();
}
