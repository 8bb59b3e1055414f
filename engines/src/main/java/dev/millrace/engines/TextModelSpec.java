package dev.millrace.engines;

import java.io.Serializable;
import java.util.List;

/**
 * What is particular to a model version that generates text.
 *
 * @param layers of the cache
 * @param heads of the cache: those of keys and values
 * @param headSize how many numbers a key has, and a value
 * @param context the most tokens of a prompt and its text together
 * @param vocabulary how many tokens there are
 * @param ends the tokens that end a text
 * @param slots how many sequences are generated side by side
 * @param settings how they share the model
 */
public record TextModelSpec(
    int layers,
    int heads,
    int headSize,
    int context,
    int vocabulary,
    List<Integer> ends,
    int slots,
    GenerationSettings settings)
    implements Serializable {
  /** The name of the file that holds the vocabulary. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final int BYTES_OF_A_NUMBER = 4;

  public TextModelSpec {
    ends = List.copyOf(ends);
    for (int size : new int[] {layers, heads, headSize, context, vocabulary, slots}) {
      if (size < 1) {
        throw new IllegalArgumentException("a size of a text model is %d".formatted(size));
      }
    }
  }

  /** The bytes that the cache of a slot takes: keys and values. */
  public static long bytesOfSlot(int layers, int heads, int headSize, int context) {
    return 2L * layers * heads * headSize * (context + 1L) * BYTES_OF_A_NUMBER;
  }
}
