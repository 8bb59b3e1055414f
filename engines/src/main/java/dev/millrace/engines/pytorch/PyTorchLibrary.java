package dev.millrace.engines.pytorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import dev.millrace.engines.EngineUnavailableException;

/** The libtorch of this process. */
final class PyTorchLibrary {
  /** Its name to DJL. */
  static final String ENGINE = "PyTorch";

  private PyTorchLibrary() {}

  /**
   * Loads libtorch unless it is loaded.
   *
   * @throws EngineUnavailableException when there is none
   */
  static Engine load() throws EngineUnavailableException {
    // One thread for each stream: threads that share one operation wait for each other at every
    // barrier.
    setUnlessSet("ai.djl.pytorch.num_threads", "1");
    setUnlessSet("ai.djl.pytorch.num_interop_threads", "1");
    stayOffline();
    try {
      return Engine.getEngine(ENGINE);
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new EngineUnavailableException("libtorch cannot be loaded: " + EngineMessages.of(e), e);
    }
  }

  /** Nothing is fetched and nothing is reported at run time. */
  static void stayOffline() {
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
