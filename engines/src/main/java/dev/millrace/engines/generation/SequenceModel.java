package dev.millrace.engines.generation;

/**
 * A decoder-only language model with a cache of keys and values for each of a number of slots.
 * Threads may use it at the same time as long as no slot is written by one and used by another.
 */
public interface SequenceModel extends AutoCloseable {
  /** How many sequences it can hold. */
  int slots();

  /** How many tokens each slot holds. */
  int context();

  /** How many tokens the vocabulary has. */
  int vocabulary();

  /**
   * Computes the next tokens of some sequences, and puts their keys and values into the cache
   * behind those that are there.
   *
   * @param rows in ascending order of their slots
   * @param logits filled row by row with what comes after the last token of each; at least as many
   *     rows as {@code rows} has
   * @throws RuntimeException when the model fails; what the slots of these rows hold is undefined
   *     then
   */
  void forward(Rows rows, Logits logits);

  /** Copies the first {@code length} positions of the cache of a slot to another. */
  void copy(int fromSlot, int toSlot, int length);

  @Override
  void close();
}
