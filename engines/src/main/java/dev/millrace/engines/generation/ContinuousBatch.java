package dev.millrace.engines.generation;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sequences that share a model, each in a slot of its cache, and those that wait for one. They
 * come and go between two steps, as in Orca (Yu et al., OSDI 2022, section 3.1).
 *
 * <p>A step computes one token of each sequence that is being decoded in one call of the model, and
 * in another at most a chunk of the tokens that others have to prefill: a long prompt delays the
 * others by a chunk a step and no more (Agrawal et al., "Sarathi-Serve", OSDI 2024).
 */
final class ContinuousBatch {
  private final SequenceModel model;
  private final Sequence.Vocabulary vocabulary;
  private final GenerationSettings settings;
  private final LongSupplier nanoTime;
  private final Choices choices;
  private final SamplerScratch scratch;
  private final Slots slots;
  private final Deque<Sequence> waiting = new ArrayDeque<>();
  private final StepRows decoding;
  private final StepRows prefilling;
  private final StepRows alone;

  /** How many tokens each slot prefills in this step. */
  private final int[] chunk;

  ContinuousBatch(
      SequenceModel model,
      Sequence.Vocabulary vocabulary,
      GenerationSettings settings,
      LongSupplier nanoTime) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.choices = new Choices(vocabulary.tokenizer());
    this.scratch = new SamplerScratch(model.vocabulary());
    this.slots = new Slots(model.slots());
    this.decoding = new StepRows(model.slots());
    this.prefilling = new StepRows(model.slots());
    this.alone = new StepRows(1);
    this.chunk = new int[model.slots()];
  }

  /** Adds the sequences of a request, behind those that wait; ends it if they cannot be. */
  void add(Generation generation) {
    Optional<String> problem = problem(generation.work());
    if (problem.isPresent()) {
      generation.failed(problem.get());
      return;
    }
    for (int number = 0; number < generation.work().sequences(); number++) {
      Sequence sequence =
          new Sequence(
              generation, number, generation.request().generated(number), vocabulary, scratch);
      if (sequence.isDone()) {
        generation.finished(choices.of(sequence));
      } else {
        waiting.add(sequence);
      }
    }
  }

  /** Why a request cannot be generated: whoever admits it should have seen it. */
  private Optional<String> problem(Work.Generation work) {
    for (Tokens prompt : work.prompts()) {
      if (prompt.size() == 0
          || prompt.size() + (long) work.sampling().maxTokens() > model.context()) {
        return Optional.of(
            "a prompt of %d tokens and %d behind it, where there must be one and the context holds %d"
                .formatted(prompt.size(), work.sampling().maxTokens(), model.context()));
      }
      for (int position = 0; position < prompt.size(); position++) {
        if (prompt.get(position) < 0 || prompt.get(position) >= model.vocabulary()) {
          return Optional.of(
              "token %d of a prompt, where the vocabulary has 0 to %d"
                  .formatted(prompt.get(position), model.vocabulary() - 1));
        }
      }
    }
    return Optional.empty();
  }

  /** Stops a request, and frees what it has. */
  void cancel(Generation generation) {
    release(generation);
    generation.cancelled();
  }

  private void release(Generation generation) {
    waiting.removeIf(sequence -> sequence.generation() == generation);
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && sequence.generation() == generation) {
        slots.free(slot);
      }
    }
  }

  /** Whether there is nothing to compute. */
  boolean isIdle() {
    return waiting.isEmpty() && slots.used() == 0;
  }

  /** Computes one step. */
  void step() {
    admit();
    decoding.clear();
    prefilling.clear();
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && (sequence.remaining() == 1 || sequence.lacksDescription())) {
        decoding.add(slot, sequence, 1);
      }
    }
    shareChunk();
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && chunk[slot] > 0) {
        prefilling.add(slot, sequence, chunk[slot]);
      }
    }
    compute(decoding);
    compute(prefilling);
  }

  /**
   * Divides the chunk of this step among those that have to prefill, who came first before others.
   */
  private void shareChunk() {
    Arrays.fill(chunk, 0);
    int rows = 0;
    int longest = 0;
    int budget = settings.prefillChunk();
    for (int slot : slots.byAdmission()) {
      Sequence sequence = slots.sequence(slot);
      if (sequence == null || sequence.remaining() == 1 || sequence.lacksDescription()) {
        continue;
      }
      int length = Math.min(sequence.remaining(), budget);
      // Rows of one call are padded to the longest.
      longest = Math.max(longest, length);
      rows++;
      if (length == 0 || longest * rows > settings.prefillChunk()) {
        return;
      }
      chunk[slot] = length;
      budget -= length;
    }
  }

  private void admit() {
    while (slots.used() < slots.count() && !waiting.isEmpty()) {
      Sequence sequence = waiting.remove();
      Slots.Placement placement =
          slots.place(sequence, sequence.describesPrompt() ? 0 : settings.reuseFrom());
      if (placement.reused() > 0) {
        if (placement.from() != placement.slot()) {
          model.copy(placement.from(), placement.slot(), placement.reused());
        }
        sequence.computed(placement.reused());
        sequence.generation().reused(placement.reused());
      }
    }
  }

  /** Calls the model; a row that it fails on costs its own request, not the others. */
  private void compute(StepRows step) {
    if (step.rows.count() == 0) {
      return;
    }
    try {
      model.forward(step.rows, step.logits);
    } catch (RuntimeException e) {
      if (step.rows.count() == 1) {
        fail(step.sequence(0).generation(), String.valueOf(e.getMessage()));
      } else {
        computeOneByOne(step);
      }
      return;
    }
    for (int row = 0; row < step.rows.count(); row++) {
      advance(step, row);
    }
  }

  private void computeOneByOne(StepRows step) {
    for (int row = 0; row < step.rows.count(); row++) {
      Sequence sequence = step.sequence(row);
      if (!sequence.generation().hasEnded()) {
        alone.clear();
        alone.add(step.rows.slot(row), sequence, step.rows.length(row));
        compute(alone);
      }
    }
  }

  /** Ends a request without a result, and frees what it has. */
  void fail(Generation generation, String message) {
    release(generation);
    generation.failed(message);
  }

  private void advance(StepRows step, int row) {
    Sequence sequence = step.sequence(row);
    if (sequence.generation().hasEnded()) {
      return;
    }
    sequence.computed(step.rows.length(row));
    try {
      if (sequence.lacksDescription()) {
        sequence.describe(step.logits, row, scratch);
      } else if (sequence.finishReason() == null && sequence.remaining() == 0) {
        take(sequence, sequence.choose(step.logits, row));
      }
    } catch (ArithmeticException e) {
      fail(sequence.generation(), String.valueOf(e.getMessage()));
      return;
    }
    if (sequence.isDone()) {
      slots.free(step.rows.slot(row));
      sequence.generation().finished(choices.of(sequence));
    }
  }

  private void take(Sequence sequence, GeneratedToken token) {
    int position = sequence.generated().size();
    String piece = sequence.take(token);
    Generation generation = sequence.generation();
    generation.generated(
        new Progress(sequence.number(), position, token, generation.work().stream() ? piece : ""),
        nanoTime.getAsLong());
  }

  /** All requests that have not ended. */
  List<Generation> generations() {
    List<Generation> generations = new ArrayList<>();
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && !generations.contains(sequence.generation())) {
        generations.add(sequence.generation());
      }
    }
    for (Sequence sequence : waiting) {
      if (!generations.contains(sequence.generation())) {
        generations.add(sequence.generation());
      }
    }
    return generations;
  }

  /** The rows of one call, and whose they are. */
  private final class StepRows {
    private final Rows rows;
    private final Logits logits;
    private final @Nullable Sequence[] sequences;

    private StepRows(int capacity) {
      rows = new Rows(capacity);
      logits = new Logits(capacity, model.vocabulary());
      sequences = new Sequence[capacity];
    }

    private void clear() {
      rows.clear();
    }

    private void add(int slot, Sequence sequence, int length) {
      sequences[rows.count()] = sequence;
      rows.add(slot, sequence.tokens(), sequence.cached(), length);
    }

    private Sequence sequence(int row) {
      return Objects.requireNonNull(sequences[row]);
    }
  }
}
