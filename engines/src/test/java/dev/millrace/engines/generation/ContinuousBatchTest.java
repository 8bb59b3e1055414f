package dev.millrace.engines.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.CompletionResult.Logprobs;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Usage;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ContinuousBatchTest {
  private static final int CONTEXT = 64;
  private static final GenerationSettings PLAIN = new GenerationSettings(8, 0, false);

  private final HashModel model = new HashModel(4, CONTEXT, ByteTokenizer.SIZE);
  private final ContinuousBatch batch = batch(model, PLAIN);

  private static ContinuousBatch batch(HashModel model, GenerationSettings settings) {
    return new ContinuousBatch(
        model,
        new Sequence.Vocabulary(new ByteTokenizer(), List.of(ByteTokenizer.END)),
        settings,
        PrefillStream.BETWEEN_STEPS,
        () -> 0);
  }

  private static Heard alone(Asked asked) {
    HashModel model = new HashModel(4, CONTEXT, ByteTokenizer.SIZE);
    Heard heard = new Heard();
    ContinuousBatch batch = batch(model, PLAIN);
    batch.add(asked.generation(heard));
    run(batch);
    return heard;
  }

  private static void run(ContinuousBatch batch) {
    for (int step = 0; !batch.isIdle(); step++) {
      assertThat(step).isLessThan(10_000);
      batch.step();
    }
  }

  @Test
  void generatesAsManyTokensAsWereAskedFor() {
    Heard heard = alone(Asked.of("In the beginning").maxTokens(5));
    Outcome.Generated generated = (Outcome.Generated) Objects.requireNonNull(heard.outcome());
    assertThat(generated.usage()).isEqualTo(new Usage(16, 5));
    assertThat(generated.choices().get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(heard.tokens(1).get(0)).hasSize(5);
  }

  @Test
  void nothingIsAskedForAndNothingIsComputed() {
    assertThat(alone(Asked.of("abc").maxTokens(0)).text()).isEmpty();
    assertThat(alone(Asked.of("abc").maxTokens(0).echoed(null)).text()).isEqualTo("abc");
  }

  @Test
  void aSequenceJoinsBetweenTwoStepsOfOthers() {
    Heard first = new Heard();
    Heard second = new Heard();
    batch.add(Asked.of("one").maxTokens(20).generation(first));
    for (int step = 0; step < 6; step++) {
      batch.step();
    }
    batch.add(Asked.of("another prompt").maxTokens(20).generation(second));
    run(batch);
    assertThat(first.text()).isEqualTo(alone(Asked.of("one").maxTokens(20)).text());
    assertThat(second.text()).isEqualTo(alone(Asked.of("another prompt").maxTokens(20)).text());
    assertThat(model.mostRows()).isEqualTo(2);
  }

  @Test
  void aSlotIsGivenToTheNextAsSoonAsItIsFree() {
    HashModel one = new HashModel(1, CONTEXT, ByteTokenizer.SIZE);
    ContinuousBatch narrow = batch(one, PLAIN);
    Heard first = new Heard();
    Heard second = new Heard();
    narrow.add(Asked.of("a").maxTokens(3).generation(first));
    narrow.add(Asked.of("b").maxTokens(3).generation(second));
    for (int step = 0; step < 6; step++) {
      narrow.step();
    }
    assertThat(second.outcome()).isNotNull();
    assertThat(one.calls()).isEqualTo(6);
    assertThat(second.text()).isEqualTo(alone(Asked.of("b").maxTokens(3)).text());
  }

  @Test
  void aLongPromptDelaysOthersByAChunkAStep() {
    Heard decoding = new Heard();
    batch.add(Asked.of("x").maxTokens(30).generation(decoding));
    batch.step();
    batch.add(Asked.of("y".repeat(33)).generation(new Heard()));
    for (int step = 0; step < 4; step++) {
      int before = model.tokens();
      batch.step();
      assertThat(model.tokens() - before).isEqualTo(1 + PLAIN.prefillChunk());
    }
    assertThat(decoding.tokens(1).get(0)).hasSize(5);
  }

  @Test
  void severalShortPromptsShareAChunk() {
    for (int request = 0; request < 4; request++) {
      batch.add(Asked.of("ab").generation(new Heard()));
    }
    batch.step();
    assertThat(model.calls()).isEqualTo(1);
    assertThat(model.tokens()).isEqualTo(8);
  }

  @Test
  void everyPromptAndEveryChoiceIsASequence() {
    Heard heard = alone(Asked.of("a").and("b").choices(2).seeded(3, 1.0).maxTokens(8));
    assertThat(heard.choices()).extracting(Choice::index).containsExactly(0, 1, 2, 3);
    assertThat(heard.choices()).extracting(Choice::text).doesNotHaveDuplicates();
    assertThat(heard.sequencesEnded()).isEqualTo(4);
  }

  @Test
  void moreSequencesThanSlotsAreGeneratedAllTheSame() {
    Heard heard = alone(Asked.of("a").choices(9).seeded(3, 1.0));
    assertThat(heard.choices()).hasSize(9);
    assertThat(heard.choices().get(0).text()).isEqualTo(alone(Asked.of("a").seeded(3, 1.0)).text());
  }

  @Test
  void anEndTokenEndsTheText() {
    Heard heard = alone(Asked.of("a").biased(ByteTokenizer.END, 100));
    assertThat(heard.choices().get(0).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(heard.text()).isEmpty();
    assertThat(heard.tokens(1).get(0)).hasSize(1);
  }

  @Test
  void aStopSequenceEndsTheTextAndIsNoPartOfIt() {
    String whole = alone(Asked.of("a").biased('q', 2).maxTokens(40)).text();
    String stop = whole.substring(10, 13);
    Heard heard = alone(Asked.of("a").biased('q', 2).maxTokens(40).stoppedBy(stop));
    assertThat(heard.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(heard.choices().get(0).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void thePiecesMakeTheText() {
    Heard heard = alone(Asked.of("a").seeded(11, 1.3).maxTokens(50).streamed().stoppedBy("zz"));
    assertThat(heard.pieces(0)).isEqualTo(heard.text());
    assertThat(alone(Asked.of("a").maxTokens(50)).pieces(0)).isEmpty();
  }

  @Test
  void aCancelFreesTheSlotBeforeTheNextStep() {
    Heard cancelled = new Heard();
    Generation generation = Asked.of("abc").maxTokens(50).choices(4).generation(cancelled);
    batch.add(generation);
    for (int step = 0; step < 5; step++) {
      batch.step();
    }
    int made = cancelled.tokens(4).stream().mapToInt(List::size).sum();
    batch.cancel(generation);
    assertThat(cancelled.outcome()).isEqualTo(new Outcome.Cancelled(new Usage(3, made)));
    assertThat(cancelled.sequencesEnded()).isEqualTo(4);
    assertThat(batch.isIdle()).isTrue();
  }

  @Test
  void aRequestThatTheModelFailsOnCostsOnlyItself() {
    model.failOn('!');
    Heard good = new Heard();
    Heard bad = new Heard();
    batch.add(Asked.of("ab").biased('!', -100).generation(good));
    batch.add(Asked.of("a!").generation(bad));
    run(batch);
    assertThat(bad.outcome()).isEqualTo(new Outcome.Failed("token 33"));
    assertThat(good.text()).isEqualTo(alone(Asked.of("ab").biased('!', -100)).text());
  }

  @Test
  void whatCannotBeGeneratedEndsAtOnceAndSaysWhy() {
    Heard tooLong = new Heard();
    batch.add(Asked.of("abc").maxTokens(CONTEXT - 2).generation(tooLong));
    assertThat(tooLong.outcome())
        .isEqualTo(
            new Outcome.Failed(
                "a prompt of 3 tokens and 62 behind it, where there must be one and the context holds 64"));
    Heard endless = new Heard();
    batch.add(Asked.of("abc").maxTokens(Integer.MAX_VALUE).generation(endless));
    assertThat(endless.outcome()).isInstanceOf(Outcome.Failed.class);
    Heard empty = new Heard();
    batch.add(Asked.of("").generation(empty));
    assertThat(empty.outcome()).isInstanceOf(Outcome.Failed.class);
    Heard unknown = new Heard();
    Asked ofBytes = Asked.of("a").maxTokens(0).echoed(null);
    batch(new HashModel(1, CONTEXT, 10), PLAIN).add(ofBytes.generation(unknown));
    assertThat(unknown.outcome())
        .isEqualTo(new Outcome.Failed("token 97 of a prompt, where the vocabulary has 0 to 9"));
    assertThat(batch.isIdle()).isTrue();
  }

  @Test
  void goesOnWhereAFormerLifeHasEnded() {
    Asked asked = Asked.of("Once").seeded(5, 0.9).maxTokens(30).streamed().logprobs(2);
    Heard undisturbed = alone(asked);
    List<GeneratedToken> all = undisturbed.tokens(1).get(0);
    for (int lived = 0; lived <= all.size(); lived++) {
      Heard heard = new Heard();
      batch.add(asked.generation(List.of(all.subList(0, lived)), heard));
      run(batch);
      assertThat(heard.choices()).isEqualTo(undisturbed.choices());
      assertThat(heard.tokens(1).get(0)).isEqualTo(all.subList(lived, all.size()));
      assertThat(undisturbed.pieces(0)).endsWith(heard.pieces(0));
    }
  }

  @Test
  void anEchoHasTheProbabilitiesOfThePrompt() {
    Choice choice = alone(Asked.of("abcd").maxTokens(2).echoed(3)).choices().get(0);
    assertThat(choice.text()).startsWith("abcd");
    Logprobs logprobs = Objects.requireNonNull(choice.logprobs());
    assertThat(logprobs.tokens()).hasSize(6).startsWith("a", "b", "c", "d");
    assertThat(logprobs.tokenLogprobs().get(0)).isNull();
    assertThat(logprobs.tokenLogprobs().subList(1, 6)).allMatch(logprob -> logprob < 0);
    assertThat(logprobs.textOffsets()).startsWith(0, 1, 2, 3, 4);
    assertThat(logprobs.topLogprobs().get(1)).containsKey("b").hasSizeBetween(3, 4);
  }

  @Test
  void thePromptAloneCanBeScored() {
    Choice choice = alone(Asked.of("abcd").maxTokens(0).echoed(1)).choices().get(0);
    assertThat(choice.text()).isEqualTo("abcd");
    Logprobs logprobs = Objects.requireNonNull(choice.logprobs());
    assertThat(logprobs.tokenLogprobs()).hasSize(4);
    Choice more = alone(Asked.of("abcd").maxTokens(1).echoed(1)).choices().get(0);
    assertThat(Objects.requireNonNull(more.logprobs()).tokenLogprobs().subList(0, 4))
        .isEqualTo(logprobs.tokenLogprobs());
  }

  @Test
  void aPrefixIsTakenFromWhoIsResidentOrWas() {
    ContinuousBatch reusing = batch(model, new GenerationSettings(8, 4, false));
    String shared = "a prefix of 24 characters";
    Heard resident = new Heard();
    reusing.add(Asked.of(shared).maxTokens(8).generation(resident));
    run(reusing);
    int before = model.tokens();
    Heard left = new Heard();
    reusing.add(Asked.of(shared + "!").maxTokens(1).generation(left));
    run(reusing);
    assertThat(model.tokens() - before).isEqualTo(1);
    assertThat(left.text()).isEqualTo(alone(Asked.of(shared + "!").maxTokens(1)).text());

    Heard first = new Heard();
    Heard second = new Heard();
    reusing.add(Asked.of(shared + "?").maxTokens(20).generation(first));
    reusing.step();
    reusing.add(Asked.of(shared + "?!").maxTokens(20).generation(second));
    run(reusing);
    assertThat(
            ((Outcome.Generated) Objects.requireNonNull(second.outcome())).times().reusedTokens())
        .isEqualTo(shared.length() + 1);
    assertThat(first.text()).isEqualTo(alone(Asked.of(shared + "?").maxTokens(20)).text());
    assertThat(second.text()).isEqualTo(alone(Asked.of(shared + "?!").maxTokens(20)).text());
  }
}
