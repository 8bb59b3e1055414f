package dev.millrace.engines.generation;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.protocol.CompletionRequest.Sampling;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Chooses the tokens of one sequence. The choice depends on the logits, the options, the seed and
 * the tokens before, and on nothing else.
 *
 * <p>In this order: biases and penalties change the logits, the temperature divides them, {@code
 * top_k} and then {@code top_p} leave the most probable, and one of those is drawn. Penalties are
 * those of OpenAI's API reference: of a token that was generated c times, {@code c ·
 * frequency_penalty + presence_penalty}. {@code top_p} is nucleus sampling (Holtzman et al., "The
 * curious case of neural text degeneration", ICLR 2020).
 *
 * <p>The draw is a race: each candidate has an exponential time of its own, divided by its
 * probability, and the earliest wins (the Gumbel-max trick in another scale; Maddison, Tarlow and
 * Minka, "A* sampling", NeurIPS 2014). Logits of one text differ in their last digits from run to
 * run, with the rows beside it and after a resumption. Along a cumulative distribution such an
 * error moves the borders of all candidates; in a race it matters only when the first two are about
 * as early.
 */
final class TokenSampler {
  private final Sampling sampling;
  private final long seed;
  private final int sequence;
  private final SamplerScratch scratch;
  private final boolean penalised;

  /** How often each token was generated; empty where that does not matter. */
  private final Int2IntOpenHashMap counts = new Int2IntOpenHashMap(0);

  /**
   * @param sequence its number within the request
   */
  TokenSampler(Sampling sampling, long seed, int sequence, SamplerScratch scratch) {
    this.sampling = sampling;
    this.seed = seed;
    this.sequence = sequence;
    this.scratch = scratch;
    this.penalised = sampling.presencePenalty() != 0 || sampling.frequencyPenalty() != 0;
  }

  /** Hears of a token that was generated, by this or a former life. */
  void generated(int token) {
    if (penalised) {
      counts.addTo(token, 1);
    }
  }

  /**
   * Chooses the next token.
   *
   * @param position of it within the text that is generated, from 0
   * @throws ArithmeticException when the model gave no finite logit to choose by
   */
  GeneratedToken choose(Logits logits, int row, int position) {
    int offset = logits.offset(row);
    float[] values = adjusted(logits, offset);
    int from = values == scratch.values ? 0 : offset;
    int token =
        sampling.temperature() == 0
            ? mostProbable(values, from, logits.vocabulary())
            : draw(values, from, logits.vocabulary(), position);
    return described(token, logits, offset);
  }

  /** The logits themselves where no option changes them. */
  private float[] adjusted(Logits logits, int offset) {
    if (!penalised && sampling.logitBias().isEmpty()) {
      return logits.values();
    }
    float[] values = scratch.values;
    System.arraycopy(logits.values(), offset, values, 0, values.length);
    for (Map.Entry<Integer, Double> bias : sampling.logitBias().entrySet()) {
      if (bias.getKey() < values.length) {
        values[bias.getKey()] += bias.getValue().floatValue();
      }
    }
    counts
        .int2IntEntrySet()
        .forEach(
            count ->
                values[count.getIntKey()] -=
                    (float)
                        (count.getIntValue() * sampling.frequencyPenalty()
                            + sampling.presencePenalty()));
    return values;
  }

  private static int mostProbable(float[] values, int from, int vocabulary) {
    int best = 0;
    float highest = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < vocabulary; token++) {
      if (values[from + token] > highest) {
        highest = values[from + token];
        best = token;
      }
    }
    requireFinite(highest);
    return best;
  }

  private static void requireFinite(float highest) {
    if (!Float.isFinite(highest)) {
      throw new ArithmeticException("the model gives no finite logit");
    }
  }

  private int draw(float[] values, int from, int vocabulary, int position) {
    float highest = values[from + mostProbable(values, from, vocabulary)];
    long stream = PositionalRandom.stream(seed, sequence, position);
    if (sampling.topK() == 0 && sampling.topP() == 1) {
      return drawOfAll(values, from, vocabulary, highest, stream);
    }
    return drawOfMostProbable(values, from, vocabulary, highest, stream);
  }

  private int drawOfAll(float[] values, int from, int vocabulary, float highest, long stream) {
    for (int token = 0; token < vocabulary; token++) {
      scratch.candidates[token] = token;
      scratch.weights[token] = weight(values[from + token], highest);
    }
    return winner(vocabulary, stream);
  }

  private int drawOfMostProbable(
      float[] values, int from, int vocabulary, float highest, long stream) {
    int most = sampling.topK() == 0 ? vocabulary : Math.min(sampling.topK(), vocabulary);
    // Of what top_k leaves, top_p is a share: of all, where it leaves all.
    double enough =
        most < vocabulary
            ? Double.POSITIVE_INFINITY
            : sampling.topP() * total(values, from, vocabulary, highest);
    LongHeapPriorityQueue ranking = scratch.rank(values, from);
    int count = 0;
    double sum = 0;
    while (count < most && (count == 0 || sum < enough)) {
      int token = SamplerScratch.tokenOf(ranking.dequeueLong());
      scratch.candidates[count] = token;
      scratch.weights[count] = weight(values[from + token], highest);
      sum += scratch.weights[count];
      count++;
    }
    if (most < vocabulary) {
      enough = sampling.topP() * sum;
      sum = scratch.weights[0];
      for (count = 1; count < most && sum < enough; count++) {
        sum += scratch.weights[count];
      }
    }
    return winner(count, stream);
  }

  /** Of the first candidates, the one whose exponential time by its weight is the earliest. */
  private int winner(int count, long stream) {
    double earliest = Double.POSITIVE_INFINITY;
    int winner = scratch.candidates[0];
    for (int index = 0; index < count; index++) {
      double weight = scratch.weights[index];
      int candidate = scratch.candidates[index];
      double chance = PositionalRandom.uniform(stream, candidate);
      // A lower bound of the time that needs no logarithm loses for most already.
      if (weight > 0 && chance < earliest * weight) {
        double time = -Math.log1p(-chance) / weight;
        if (time < earliest) {
          earliest = time;
          winner = candidate;
        }
      }
    }
    return winner;
  }

  private double total(float[] values, int from, int vocabulary, float highest) {
    double total = 0;
    for (int token = 0; token < vocabulary; token++) {
      total += weight(values[from + token], highest);
    }
    return total;
  }

  private double weight(float value, float highest) {
    return Float.isNaN(value) ? 0 : Math.exp((value - highest) / sampling.temperature());
  }

  private GeneratedToken described(int token, Logits logits, int offset) {
    Integer wanted = sampling.logprobs();
    return wanted == null
        ? new GeneratedToken(token)
        : describe(token, logits, offset, wanted, scratch);
  }

  /** A token with its probability and those of the most probable in its place. */
  static GeneratedToken describe(
      int token, Logits logits, int offset, int alternatives, SamplerScratch scratch) {
    float[] values = logits.values();
    float highest = values[offset + mostProbable(values, offset, logits.vocabulary())];
    double total = 0;
    for (int each = 0; each < logits.vocabulary(); each++) {
      float value = values[offset + each];
      total += Float.isNaN(value) ? 0 : Math.exp(value - highest);
    }
    double normaliser = highest + Math.log(total);
    List<GeneratedToken.Alternative> most = new ArrayList<>(alternatives);
    LongHeapPriorityQueue ranking = scratch.rank(values, offset);
    for (int taken = 0; taken < Math.min(alternatives, logits.vocabulary()); taken++) {
      int each = SamplerScratch.tokenOf(ranking.dequeueLong());
      most.add(new GeneratedToken.Alternative(each, (float) (values[offset + each] - normaliser)));
    }
    return new GeneratedToken(token, (float) (values[offset + token] - normaliser), most);
  }
}
