package dev.millrace.protocol;

import java.util.List;

/**
 * What came of reading what surrounds a request's body.
 *
 * @param problems what was malformed and replaced by its default; empty nearly always
 */
public record EnvelopeReading(Envelope envelope, List<HeaderProblem> problems) {
  public EnvelopeReading {
    problems = List.copyOf(problems);
  }
}
