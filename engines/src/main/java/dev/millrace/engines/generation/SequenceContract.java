package dev.millrace.engines.generation;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a model keeps the contract of {@code docs/text-models.md}: asks it for the same logits in
 * different ways, and compares. Confined to one thread.
 */
public final class SequenceContract {
  /** Of the largest logit: what sums of floats in another order may differ by. */
  private static final double TOLERANCE = 1e-3;

  private static final int PROMPT = 24;
  private static final int SEED = 7;

  /** Enough for calls that overlap at every place. */
  private static final int TEXTS_AT_ONCE = 10;

  private final SequenceModel model;
  private final Logits logits;
  private final int[] tokens;
  private final int[] others;

  public SequenceContract(SequenceModel model) {
    this.model = model;
    this.logits = new Logits(model.slots(), model.vocabulary());
    Random random = new Random(SEED);
    this.tokens = random.ints(model.context(), 0, model.vocabulary()).toArray();
    this.others = random.ints(model.context(), 0, model.vocabulary()).toArray();
  }

  /** What a model promises. Each is asked for only when those before it hold. */
  public enum Clause {
    /** It takes what the engine gives it, and returns logits of the declared shape. */
    FORWARD("forward takes tokens, start, lens, slots, keys and values, and returns logits"),
    /** None of its logits is infinite or no number. */
    FINITE("the logits are numbers"),
    /** A prompt that comes in parts is the same prompt. */
    CHUNKS("a prompt in chunks, or token by token, has the logits that it has at once"),
    /** Padding and neighbours change nothing. */
    NEIGHBOURS("a row has the same logits whatever rows are beside it, shorter or longer"),
    /** What a slot holds is its own. */
    SLOTS("a row leaves what other slots hold as it was"),
    /** A slot that is used again holds nothing of who used it before. */
    REUSE("a slot that held another text before has the same logits as an empty one"),
    /** A sequence may be as long as the context. */
    CONTEXT("a sequence may be as long as max_position_embeddings says"),
    /** Only of a model whose prompts have a stream of their own. */
    STREAM("two calls at once, for different slots, do not disturb each other");

    private final String description;

    Clause(String description) {
      this.description = description;
    }

    /** In words. */
    public String description() {
      return description;
    }
  }

  /**
   * Checks one of its promises.
   *
   * @return what was found instead; empty when it holds
   */
  public Optional<String> check(Clause clause) {
    try {
      return switch (clause) {
        case FORWARD -> {
          whole(0);
          yield Optional.empty();
        }
        case FINITE -> finite();
        case CHUNKS -> chunks();
        case NEIGHBOURS -> neighbours();
        case SLOTS -> slots();
        case REUSE -> reuse();
        case CONTEXT -> context();
        case STREAM -> stream();
      };
    } catch (RuntimeException e) {
      return Optional.of(lastLine(e));
    }
  }

  private Optional<String> finite() {
    float[] whole = whole(0);
    for (int token = 0; token < whole.length; token++) {
      if (!Float.isFinite(whole[token])) {
        return Optional.of("the logit of token %d is %s".formatted(token, whole[token]));
      }
    }
    return Optional.empty();
  }

  private Optional<String> chunks() {
    float[] whole = whole(0);
    for (int chunk : new int[] {1, 5}) {
      float[] last = new float[0];
      for (int start = 0; start < prompt(); start += chunk) {
        last = one(0, start, Math.min(chunk, prompt() - start));
      }
      Optional<String> difference = difference("in chunks of " + chunk, whole, last);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  /** The row that is looked at is the last, of half the length of the others. */
  private Optional<String> neighbours() {
    int rows = model.slots();
    int length = Math.max(1, prompt() / 2);
    float[] alone = one(rows - 1, 0, length);
    Rows beside = new Rows(rows);
    for (int slot = 0; slot < rows - 1; slot++) {
      beside.add(slot, others, 0, prompt());
    }
    beside.add(rows - 1, tokens, 0, length);
    model.forward(beside, logits);
    return difference("the shortest of %d rows".formatted(rows), alone, row(rows - 1));
  }

  private Optional<String> slots() {
    int other = model.slots() - 1;
    if (other == 0) {
      return Optional.empty();
    }
    float[] undisturbed = whole(0);
    one(0, 0, prompt() - 1);
    forward(other, others, 0, prompt());
    return difference(
        "with slot %d used between".formatted(other), undisturbed, one(0, prompt() - 1, 1));
  }

  private Optional<String> reuse() {
    int slot = model.slots() - 1;
    float[] fresh = whole(slot);
    forward(slot, others, 0, Math.min(model.context(), 2 * prompt()));
    return difference("in a slot that was used", fresh, whole(slot));
  }

  private Optional<String> context() {
    int last = model.context() - 1;
    if (last > 0) {
      one(0, 0, last);
    }
    float[] stepped = one(0, last, 1);
    return difference(
        "of all %d tokens".formatted(model.context()), one(0, 0, model.context()), stepped);
  }

  /** One slot goes on token by token, while another thread fills another slot over and over. */
  private Optional<String> stream() {
    int other = model.slots() - 1;
    if (other == 0) {
      return Optional.empty();
    }
    float[] undisturbed = whole(0);
    Logits ignored = new Logits(1, model.vocabulary());
    Rows prefill = new Rows(1);
    prefill.add(other, others, 0, prompt());
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> beside =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                model.forward(prefill, ignored);
              }
            });
    try {
      for (int text = 0; text < TEXTS_AT_ONCE; text++) {
        // Else a token that is lost would leave the same one there.
        forward(0, others, 0, prompt());
        float[] last = new float[0];
        for (int start = 0; start < prompt(); start++) {
          last = one(0, start, 1);
        }
        Optional<String> difference = difference("beside another call", undisturbed, last);
        if (difference.isPresent()) {
          return difference;
        }
      }
    } finally {
      done.set(true);
      beside.join();
    }
    return Optional.empty();
  }

  private int prompt() {
    return Math.min(PROMPT, model.context());
  }

  /** The logits after a prompt that is computed at once. */
  private float[] whole(int slot) {
    return one(slot, 0, prompt());
  }

  private float[] one(int slot, int start, int length) {
    forward(slot, tokens, start, length);
    return row(0);
  }

  private void forward(int slot, int[] source, int start, int length) {
    Rows rows = new Rows(1);
    rows.add(slot, source, start, length);
    model.forward(rows, logits);
  }

  private float[] row(int row) {
    int from = logits.offset(row);
    return Arrays.copyOfRange(logits.values(), from, from + logits.vocabulary());
  }

  private static Optional<String> difference(String where, float[] expected, float[] found) {
    double largest = 0;
    double difference = 0;
    for (int token = 0; token < expected.length; token++) {
      largest = Math.max(largest, Math.abs(expected[token]));
      // Of a NaN this is NaN, and so is the result: it does not pass for equal.
      difference = Math.max(difference, Math.abs((double) expected[token] - found[token]));
    }
    return difference <= TOLERANCE * Math.max(1, largest)
        ? Optional.empty()
        : Optional.of("%s, a logit differs by %.3g".formatted(where, difference));
  }

  /** TorchScript prints a traceback and says what went wrong in the last line. */
  private static String lastLine(RuntimeException e) {
    String message = String.valueOf(e.getMessage()).strip();
    return message.substring(message.lastIndexOf('\n') + 1);
  }
}
