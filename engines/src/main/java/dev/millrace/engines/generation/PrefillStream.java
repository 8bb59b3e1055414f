package dev.millrace.engines.generation;

/**
 * Where prompts are computed: between two steps of the decode loop, or on a stream of their own
 * beside it, where the device has room for two calls at once.
 */
interface PrefillStream {
  /** Between two steps. */
  PrefillStream BETWEEN_STEPS =
      (call, taken) -> {
        call.run();
        taken.run();
      };

  /**
   * Computes prompts. There is one such call at a time.
   *
   * @param call calls the model, on any thread; throws nothing
   * @param taken to be run behind it, on the thread of the decode loop between two steps
   */
  void compute(Runnable call, Runnable taken);
}
