package dev.millrace.bench.systems;

import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Work;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * What is asked: a model, the engine that scores it, and requests for it, from the first again
 * after the last. Each is one row of a batch, or one text, and has no id, so that it is named by
 * where it stands on the request topic.
 *
 * <p>Immutable; safe for use by several threads.
 */
public final class Workload {
  private final ModelSpec model;
  private final EngineProvider engines;
  private final Encoding encoding;
  private final List<Work> works;
  private final List<byte[]> values;

  /**
   * @param inputs of each request, in the order of the model's signature; not empty
   */
  public Workload(
      ModelSpec model, EngineProvider engines, Encoding encoding, List<List<Tensor>> inputs) {
    this(
        model,
        engines,
        encoding,
        inputs.stream().<Work>map(Work.Scoring::new).toList(),
        inputs.stream().map(new RequestWriter(model.version().name(), encoding)::write).toList());
  }

  /**
   * Any requests.
   *
   * @param works what is asked of the engine; not empty
   * @param values the same as the values of records
   */
  public Workload(
      ModelSpec model,
      EngineProvider engines,
      Encoding encoding,
      List<Work> works,
      List<byte[]> values) {
    if (works.isEmpty() || values.size() != works.size()) {
      throw new IllegalArgumentException(
          "%d requests and %d values for %s"
              .formatted(works.size(), values.size(), model.version()));
    }
    this.model = model;
    this.engines = engines;
    this.encoding = encoding;
    this.works = List.copyOf(works);
    this.values = List.copyOf(values);
  }

  /** The model. */
  public ModelSpec model() {
    return model;
  }

  /** The model as the only one that is deployed. */
  public ModelCatalog catalog() {
    return new ModelCatalog(List.of(model));
  }

  /** What scores it. */
  public EngineProvider engines() {
    return engines;
  }

  /** How requests are written: the value of their {@code content-type} header. */
  public Encoding encoding() {
    return encoding;
  }

  /** The value of a request record; not to be changed. */
  public byte[] value(long index) {
    return values.get((int) (index % values.size()));
  }

  /** The same request as an engine sees it. */
  public EngineRequest engineRequest(long id) {
    return new EngineRequest(id, works.get((int) (id % works.size())));
  }

  /** Whether the engine does anything; without that, what it does alone says nothing. */
  public boolean computes() {
    return !model.version().name().equals(NoOpEngineProvider.MODEL);
  }

  /** The mean size of a request record's value, in bytes. */
  public int meanBytes() {
    return (int) values.stream().mapToInt(value -> value.length).average().orElse(0);
  }

  /** How many different requests there are. */
  public int distinct() {
    return values.size();
  }
}
