package dev.millrace.engines.generation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one call of a model, whose they are, and what came of it. {@link #call} may run on
 * another thread than the rest, between {@link #begin} and {@link #end}.
 */
final class StepRows {
  private final SequenceModel model;
  private final Rows rows;
  private final Logits logits;
  private final @Nullable Sequence[] sequences;
  private final boolean[] occupied;
  private boolean begun;
  private @Nullable String failure;

  StepRows(SequenceModel model, int capacity) {
    this.model = model;
    this.rows = new Rows(capacity);
    this.logits = new Logits(capacity, model.vocabulary());
    this.sequences = new Sequence[capacity];
    this.occupied = new boolean[model.slots()];
  }

  void clear() {
    for (int row = 0; row < rows.count(); row++) {
      occupied[rows.slot(row)] = false;
    }
    rows.clear();
  }

  void add(int slot, Sequence sequence, int length) {
    sequences[rows.count()] = sequence;
    occupied[slot] = true;
    rows.add(slot, sequence.tokens(), sequence.cached(), length);
  }

  /** From now on the rows are being computed. */
  void begin() {
    begun = true;
  }

  /** Calls the model. */
  void call() {
    try {
      model.forward(rows, logits);
    } catch (RuntimeException | Error e) {
      // An error too: whoever waits for this call must hear of its end.
      failure = String.valueOf(e.getMessage());
    }
  }

  /**
   * The rows are not being computed any more.
   *
   * @return why the model failed; null when it did not
   */
  @Nullable String end() {
    String reason = failure;
    begun = false;
    failure = null;
    return reason;
  }

  boolean isBeingComputed() {
    return begun;
  }

  boolean isBeingComputed(int slot) {
    return begun && occupied[slot];
  }

  int count() {
    return rows.count();
  }

  int slot(int row) {
    return rows.slot(row);
  }

  int length(int row) {
    return rows.length(row);
  }

  Sequence sequence(int row) {
    return Objects.requireNonNull(sequences[row]);
  }

  Logits logits() {
    return logits;
  }
}
