package dev.millrace.engines;

import java.io.Serializable;

/**
 * How sequences share a model.
 *
 * @param prefillChunk the most tokens of prompts that are computed in one step, padding included
 * @param reuseFrom how many tokens a prompt must share with what a slot's cache holds for them to
 *     be taken from there; 0 to compute all
 * @param prefillStream whether prompts are computed on a stream of their own beside decoding,
 *     rather than between two steps of it
 */
public record GenerationSettings(int prefillChunk, int reuseFrom, boolean prefillStream)
    implements Serializable {
  public GenerationSettings {
    if (prefillChunk < 1) {
      throw new IllegalArgumentException("chunks of %d tokens".formatted(prefillChunk));
    }
    if (reuseFrom < 0) {
      throw new IllegalArgumentException("reuse from %d tokens".formatted(reuseFrom));
    }
  }
}
