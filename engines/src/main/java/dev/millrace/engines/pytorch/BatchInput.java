package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Makes one input of a model out of what the requests of a batch hold. Confined to one stream. */
sealed interface BatchInput permits SentInput, PaddedInput, MaskInput {
  /** The input of a batch. It is valid until the next call. */
  NDArray stack(BatchLayout batch, NDManager manager);
}
