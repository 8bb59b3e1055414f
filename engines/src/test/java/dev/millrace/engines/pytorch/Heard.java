package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.Outcome;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener that remembers, and counts what it hears more than once. */
final class Heard implements EngineListener {
  private final Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  @Override
  public void done(long id, Outcome outcome) {
    outcomes.put(id, outcome);
    calls.incrementAndGet();
  }

  int count() {
    return calls.get();
  }

  Outcome of(long id) {
    assertThat(calls.get()).as("each request ends once").isEqualTo(outcomes.size());
    return Objects.requireNonNull(outcomes.get(id), "request " + id + " has not ended");
  }
}
