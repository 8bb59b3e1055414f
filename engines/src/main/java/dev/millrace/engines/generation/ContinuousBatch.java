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
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sequences that share a model, each in a slot of its cache, and those that wait for one. They
 * come and go between two steps, as in Orca (Yu et al., OSDI 2022, section 3.1).
 *
 * <p>A step computes one token of each sequence that is being decoded in one call of the model.
 * Another call, by the {@link PrefillStream}, computes at most a chunk of the tokens that others
 * have to prefill: a long prompt delays those who wait behind it by a chunk and no more (Agrawal et
 * al., "Sarathi-Serve", OSDI 2024). While that call lasts, its rows keep their slots, whatever
 * becomes of their requests.
 */
final class ContinuousBatch {
  private final SequenceModel model;
  private final Sequence.Vocabulary vocabulary;
  private final GenerationSettings settings;
  private final LongSupplier nanoTime;
  private final PrefillStream prefills;
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
      PrefillStream prefills,
      LongSupplier nanoTime) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.settings = settings;
    this.prefills = prefills;
    this.nanoTime = nanoTime;
    this.choices = new Choices(vocabulary.tokenizer());
    this.scratch = new SamplerScratch(model.vocabulary());
    this.slots = new Slots(model.slots());
    this.decoding = new StepRows(model, model.slots());
    this.prefilling = new StepRows(model, model.slots());
    this.alone = new StepRows(model, 1);
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
      if (sequence != null
          && sequence.generation() == generation
          && !prefilling.isBeingComputed(slot)) {
        slots.free(slot);
      }
    }
  }

  /** Whether nothing is left, not even a prompt that is being computed. */
  boolean isIdle() {
    return waiting.isEmpty() && slots.used() == 0;
  }

  /** Whether a step would compute anything, rather than wait for the prompts that are computed. */
  boolean canStep() {
    if (!prefilling.isBeingComputed()) {
      return !isIdle();
    }
    return (slots.used() < slots.count() && !waiting.isEmpty()) || hasDecoding();
  }

  private boolean hasDecoding() {
    for (int slot = 0; slot < slots.count(); slot++) {
      if (isDecoding(slot, slots.sequence(slot))) {
        return true;
      }
    }
    return false;
  }

  private boolean isDecoding(int slot, @Nullable Sequence sequence) {
    return sequence != null
        && (sequence.remaining() == 1 || sequence.lacksDescription())
        && !prefilling.isBeingComputed(slot);
  }

  /** Computes one step. */
  void step() {
    admit();
    decoding.clear();
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && isDecoding(slot, sequence)) {
        decoding.add(slot, sequence, 1);
      }
    }
    if (!prefilling.isBeingComputed()) {
      prefill();
    }
    if (decoding.count() > 0) {
      decoding.call();
      take(decoding);
    }
  }

  private void prefill() {
    prefilling.clear();
    shareChunk();
    for (int slot = 0; slot < slots.count(); slot++) {
      Sequence sequence = slots.sequence(slot);
      if (sequence != null && chunk[slot] > 0) {
        prefilling.add(slot, sequence, chunk[slot]);
      }
    }
    if (prefilling.count() > 0) {
      prefilling.begin();
      prefills.compute(prefilling::call, () -> take(prefilling));
    }
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

  /** Takes what a call has computed; a row that it failed on costs its own request only. */
  private void take(StepRows step) {
    String failure = step.end();
    if (failure == null) {
      for (int row = 0; row < step.count(); row++) {
        advance(step, row);
      }
    } else if (step.count() > 1) {
      computeOneByOne(step);
    } else {
      Sequence sequence = step.sequence(0);
      fail(sequence.generation(), failure);
      freeEnded(step.slot(0), sequence);
    }
  }

  private void computeOneByOne(StepRows step) {
    for (int row = 0; row < step.count(); row++) {
      Sequence sequence = step.sequence(row);
      if (sequence.generation().hasEnded()) {
        freeEnded(step.slot(row), sequence);
      } else {
        alone.clear();
        alone.add(step.slot(row), sequence, step.length(row));
        alone.call();
        take(alone);
      }
    }
  }

  /** Whose request ended while it was computed has kept its slot. */
  private void freeEnded(int slot, Sequence sequence) {
    if (slots.sequence(slot) == sequence) {
      slots.free(slot);
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
      freeEnded(step.slot(row), sequence);
      return;
    }
    sequence.computed(step.length(row));
    try {
      if (sequence.lacksDescription()) {
        sequence.describe(step.logits(), row, scratch);
      } else if (sequence.finishReason() == null && sequence.remaining() == 0) {
        take(sequence, sequence.choose(step.logits(), row));
      }
    } catch (ArithmeticException e) {
      fail(sequence.generation(), String.valueOf(e.getMessage()));
      return;
    }
    if (sequence.isDone()) {
      slots.free(step.slot(row));
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
}
