package dev.millrace.bench.systems;

import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelSpec;
import java.io.Serializable;
import java.time.Duration;

/**
 * What a function needs to score.
 *
 * @param maximumAnswerBytes the most bytes of an answer's record
 */
record Scoring(ModelSpec model, EngineProvider engines, int maximumAnswerBytes)
    implements Serializable {
  /** How long a call may take; longer than any benchmark. */
  static final Duration TIMEOUT = Duration.ofHours(1);

  Scoring(Workload workload, int maximumAnswerBytes) {
    this(workload.model(), workload.engines(), maximumAnswerBytes);
  }
}
