package dev.millrace.engines.pytorch;

import ai.djl.Device;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * The models that this process has loaded, each with the number of its users: the first loads it,
 * the last unloads it.
 *
 * <p>Guarded by its own monitor, also while a model is loaded or unloaded, so that who comes in
 * between waits.
 */
final class SharedModels {
  private final Map<Key, Entry> models = new HashMap<>();

  private record Key(String directory, Device device, int streams) {}

  private static final class Entry {
    private final SharedModel model;
    private int users;

    Entry(SharedModel model) {
      this.model = model;
    }
  }

  synchronized Engine open(ModelSpec spec, Device device, int streams)
      throws EngineUnavailableException {
    Key key = new Key(spec.directory(), device, streams);
    Entry entry = models.get(key);
    if (entry == null) {
      entry = new Entry(load(spec, device, streams));
      models.put(key, entry);
    }
    entry.users++;
    return entry.model.connect(() -> release(key));
  }

  private static SharedModel load(ModelSpec spec, Device device, int streams)
      throws EngineUnavailableException {
    PyTorchModel model = PyTorchModel.load(spec, device);
    try {
      return SharedModel.start(spec, model, streams);
    } catch (EngineUnavailableException e) {
      model.close();
      throw e;
    }
  }

  private synchronized void release(Key key) {
    Entry entry = models.get(key);
    if (entry == null) {
      throw new IllegalStateException(key + " was released more often than opened");
    }
    entry.users--;
    if (entry.users == 0) {
      models.remove(key);
      entry.model.close();
    }
  }

  /** How many models are loaded. */
  synchronized int size() {
    return models.size();
  }
}
