package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/** A listener that remembers tokens, pieces and ends. */
final class HeardTexts implements EngineListener {
  private final Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();
  private final Map<Long, List<Progress>> progress = new ConcurrentHashMap<>();

  @Override
  public synchronized void progress(long id, Progress heard) {
    progress.computeIfAbsent(id, request -> new ArrayList<>()).add(heard);
  }

  @Override
  public void done(long id, Outcome outcome) {
    if (outcomes.put(id, outcome) != null) {
      throw new AssertionError("request %d ended twice".formatted(id));
    }
  }

  /** Waits for the end of a request. */
  Outcome await(long id) {
    Awaitility.await().until(() -> outcomes.containsKey(id));
    return Objects.requireNonNull(outcomes.get(id));
  }

  /** Waits for the one text of a request. */
  String text(long id) {
    if (await(id) instanceof Outcome.Generated generated) {
      return generated.choices().get(0).text();
    }
    throw new AssertionError("ended as " + outcomes.get(id));
  }

  /** The tokens of a request with one sequence. */
  synchronized List<GeneratedToken> tokens(long id) {
    return progress.getOrDefault(id, List.of()).stream().map(Progress::token).toList();
  }

  /** The pieces of a request with one sequence, put together. */
  synchronized String pieces(long id) {
    StringBuilder pieces = new StringBuilder();
    progress.getOrDefault(id, List.of()).forEach(heard -> pieces.append(heard.text()));
    return pieces.toString();
  }

  boolean hasEnded(long id) {
    return outcomes.containsKey(id);
  }
}
