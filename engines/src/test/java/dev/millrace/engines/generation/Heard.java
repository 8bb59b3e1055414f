package dev.millrace.engines.generation;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.protocol.CompletionResult.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one request has heard. */
final class Heard implements GenerationListener {
  private final Map<Integer, List<GeneratedToken>> tokens = new TreeMap<>();
  private final Map<Integer, StringBuilder> pieces = new TreeMap<>();
  private int sequencesEnded;
  private @Nullable Outcome outcome;

  @Override
  public void progress(long id, Progress progress) {
    if (outcome != null) {
      throw new AssertionError("progress after the end");
    }
    List<GeneratedToken> sequence =
        tokens.computeIfAbsent(progress.sequence(), number -> new ArrayList<>());
    sequence.add(progress.token());
    pieces
        .computeIfAbsent(progress.sequence(), number -> new StringBuilder())
        .append(progress.text());
  }

  @Override
  public void sequenceEnded() {
    sequencesEnded++;
  }

  @Override
  public void done(long id, Outcome ended) {
    if (outcome != null) {
      throw new AssertionError("it ended twice");
    }
    outcome = ended;
  }

  @Nullable Outcome outcome() {
    return outcome;
  }

  int sequencesEnded() {
    return sequencesEnded;
  }

  /** What was generated in this life, by sequence. */
  List<List<GeneratedToken>> tokens(int sequences) {
    List<List<GeneratedToken>> all = new ArrayList<>();
    for (int number = 0; number < sequences; number++) {
      all.add(List.copyOf(tokens.getOrDefault(number, List.of())));
    }
    return all;
  }

  /** The pieces of a sequence, put together. */
  String pieces(int sequence) {
    return pieces.getOrDefault(sequence, new StringBuilder()).toString();
  }

  List<Choice> choices() {
    if (outcome instanceof Outcome.Generated generated) {
      return generated.choices();
    }
    throw new AssertionError("ended as " + outcome);
  }

  String text() {
    return choices().get(0).text();
  }
}
