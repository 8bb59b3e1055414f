package dev.millrace.engines;

import java.io.Serializable;

/** How an input of a request comes into a batch. */
public sealed interface InputRole extends Serializable {
  /**
   * As it is sent. Requests are scored together only if such an input has the same dimensions in
   * all of them, the rows aside.
   */
  record AsSent() implements InputRole {}

  /**
   * Sent, and padded behind its last position to the longest of its batch.
   *
   * @param element what it is padded with: one element of the input's datatype, as little-endian
   *     bits in the low bytes
   */
  record Padded(long element) implements InputRole {}

  /** Not sent: the engine fills it with 1 where a padded input holds what was sent, 0 elsewhere. */
  record Mask() implements InputRole {}
}
