package dev.millrace.engines.generation;

/** Unnormalised log-probabilities of the next token, for several rows; reused from step to step. */
public final class Logits {
  private final int vocabulary;
  private final float[] values;

  public Logits(int rows, int vocabulary) {
    this.vocabulary = vocabulary;
    this.values = new float[Math.multiplyExact(rows, vocabulary)];
  }

  /** All values, row by row. */
  public float[] values() {
    return values;
  }

  /** Where a row begins in {@link #values()}. */
  public int offset(int row) {
    return row * vocabulary;
  }

  /** How many a row has. */
  public int vocabulary() {
    return vocabulary;
  }
}
