package dev.millrace.operators.admission;

import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import org.jspecify.annotations.Nullable;

/**
 * What was decided of a request. All kinds take the same way to their lane, so that one operator
 * gives all answers.
 */
public sealed interface Admission {
  /** Who asks, and where the answer goes. */
  Envelope envelope();

  /** It may wait for the engine. */
  record Accepted(QueuedRequest request) implements Admission {
    @Override
    public Envelope envelope() {
      return request.envelope();
    }
  }

  /**
   * It takes back another request.
   *
   * @param target the id of that request, of the same tenant
   */
  record Cancel(Envelope envelope, String target) implements Admission {}

  /**
   * It is answered without being scored.
   *
   * @param model what was asked for, if that is known and anybody wants to know it
   */
  record Refused(Envelope envelope, @Nullable ModelReference model, ErrorResult result)
      implements Admission {
    /** Whatever was asked for. */
    public Refused(Envelope envelope, ErrorResult result) {
      this(envelope, null, result);
    }
  }
}
