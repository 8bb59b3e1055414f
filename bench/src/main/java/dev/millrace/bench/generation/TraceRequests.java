package dev.millrace.bench.generation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.load.AzureTrace;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Requests with the lengths of the Azure trace, scaled to a model's context: prompts so that the
 * 99th percentile of theirs takes half of it, texts so that the 99th percentile of theirs takes the
 * other half. What is longer is cut. The order, and so what comes together, is the trace's.
 */
final class TraceRequests {
  private static final double LONGEST = 0.99;
  private static final int SEED = 11;

  private TraceRequests() {}

  /** All of the trace. */
  static List<TextRequest> read(Path home, TextModelSpec model) throws BenchmarkException {
    AzureTrace trace;
    try {
      trace = AzureTrace.read(home.resolve(AzureTrace.FILE));
    } catch (IOException e) {
      throw new BenchmarkException(String.valueOf(e.getMessage()), e);
    }
    int half = model.context() / 2;
    IntUnaryOperator prompts = scale(trace.size(), trace::contextTokens, half);
    IntUnaryOperator texts = scale(trace.size(), trace::generatedTokens, half);
    Random random = new Random(SEED);
    List<TextRequest> requests = new ArrayList<>(trace.size());
    for (int index = 0; index < trace.size(); index++) {
      int[] prompt = random.ints(prompts.applyAsInt(index), 0, model.vocabulary()).toArray();
      requests.add(
          new TextRequest(Tokens.of(prompt), texts.applyAsInt(index), model.ends(), index));
    }
    return requests;
  }

  private static IntUnaryOperator scale(int count, IntUnaryOperator lengths, int most) {
    int[] sorted = IntStream.range(0, count).map(lengths).sorted().toArray();
    double longest = sorted[(int) (LONGEST * (count - 1))];
    return index ->
        Math.min(most, Math.max(1, (int) Math.round(lengths.applyAsInt(index) * most / longest)));
  }
}
