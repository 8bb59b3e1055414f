package dev.millrace.bench.generation;

import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A completion of a known number of tokens: the token that ends a text is never drawn.
 *
 * @param tokens how many are generated
 * @param ends the tokens that end a text
 */
record TextRequest(Tokens prompt, int tokens, List<Integer> ends, long seed) {
  private static final double NEVER = -100;

  TextRequest {
    ends = List.copyOf(ends);
  }

  /** As an engine sees it. */
  Work.Generation work() {
    return new Work.Generation(
        List.of(prompt),
        new Sampling(
            tokens,
            1,
            1,
            0,
            1,
            1,
            false,
            seed,
            null,
            0,
            0,
            ends.stream().collect(Collectors.toMap(end -> end, end -> NEVER)),
            List.of()),
        seed,
        true);
  }

  /** As the value of a record. */
  byte[] value(String model, boolean stream) {
    String bias =
        ends.stream()
            .map(end -> "\"%d\":%d".formatted(end, (int) NEVER))
            .collect(Collectors.joining(",", "{", "}"));
    return "{\"model\":\"%s\",\"prompt\":%s,\"max_tokens\":%d,\"seed\":%d,\"stream\":%s,\"logit_bias\":%s}"
        .formatted(model, Arrays.toString(prompt.toArray()), tokens, seed, stream, bias)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same with a longer prompt and a longer text, as padding would make it. */
  TextRequest paddedTo(int promptTokens, int textTokens) {
    int[] padded = new int[promptTokens];
    for (int position = 0; position < promptTokens; position++) {
      padded[position] = prompt.get(position % prompt.size());
    }
    return new TextRequest(Tokens.of(padded), textTokens, ends, seed);
  }
}
