package dev.millrace.engines.pytorch;

import ai.djl.Device;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TextModelSpec;
import java.util.HashMap;
import java.util.List;
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
    private final SharedEngine model;
    private int users;

    Entry(SharedEngine model) {
      this.model = model;
    }
  }

  /**
   * Opens a model on that device of the candidates on which it has the fewest users yet, the first
   * of those.
   */
  synchronized Engine open(ModelSpec spec, List<Device> candidates, EngineSettings settings)
      throws EngineUnavailableException {
    Device device =
        Devices.leastUsed(candidates, candidate -> users(key(spec, candidate, settings)));
    Key key = key(spec, device, settings);
    Entry entry = models.get(key);
    if (entry == null) {
      entry = new Entry(load(spec, key.device(), key.streams()));
      models.put(key, entry);
    }
    entry.users++;
    return entry.model.connect(() -> release(key));
  }

  private static Key key(ModelSpec spec, Device device, EngineSettings settings) {
    return new Key(spec.directory(), device, settings.streamsOn(device.isGpu()));
  }

  private int users(Key key) {
    Entry entry = models.get(key);
    return entry == null ? 0 : entry.users;
  }

  private static SharedEngine load(ModelSpec spec, Device device, int streams)
      throws EngineUnavailableException {
    PyTorchModel model = PyTorchModel.load(spec, device);
    try {
      TextModelSpec text = spec.text();
      return text == null
          ? SharedModel.start(spec, model, streams)
          : SharedTextModel.start(spec, text, model);
    } catch (EngineUnavailableException | RuntimeException e) {
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
