package dev.millrace.jobs;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Rehearsal;
import java.util.List;

/** Does all that another engine does; tests change the rest. */
class ForwardingEngine implements Engine {
  private final Engine engine;

  ForwardingEngine(Engine engine) {
    this.engine = engine;
  }

  @Override
  public int capacity() {
    return engine.capacity();
  }

  @Override
  public int maximumCapacity() {
    return engine.maximumCapacity();
  }

  @Override
  public double utilisation() {
    return engine.utilisation();
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return engine.rehearsals();
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    engine.start(batch, listener);
  }

  @Override
  public void cancel(long id) {
    engine.cancel(id);
  }

  @Override
  public void onCapacity(Runnable listener) {
    engine.onCapacity(listener);
  }

  @Override
  public void close() {
    engine.close();
  }
}
