package dev.millrace.operators.answers;

import dev.millrace.engines.Outcome;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import java.util.List;
import java.util.Map;

/** What an engine's outcome means to who asked. */
public final class Results {
  private Results() {}

  /** The result of a request that an engine has ended. */
  public static Result of(QueuedRequest request, Outcome outcome) {
    String id = request.envelope().id();
    if (outcome instanceof Outcome.Scored scored) {
      return new TensorResult(
          id, request.model(), Map.of(), wanted(scored.outputs(), request.outputs()));
    }
    if (outcome instanceof Outcome.Failed failed) {
      return new ErrorResult(id, ResultStatus.FAILED, ErrorCode.ENGINE_FAILURE, failed.message());
    }
    return new ErrorResult(
        id, ResultStatus.CANCELLED, ErrorCode.CANCELLED, "cancelled while it was being scored");
  }

  /** The result of a request that is answered with the outputs of another that asked the same. */
  public static Result shared(QueuedRequest request, List<Tensor> outputs) {
    return of(request, new Outcome.Scored(outputs));
  }

  /** The result of a request that was taken back, after so many milliseconds in the queue. */
  public static Result cancelled(QueuedRequest request, long waited) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.CANCELLED,
        ErrorCode.CANCELLED,
        "cancelled after %d ms in the queue".formatted(waited));
  }

  /** The result of a request for which there was no room, or no more. */
  public static ErrorResult overloaded(QueuedRequest request, String bound) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.REJECTED,
        ErrorCode.OVERLOADED,
        "too much waits already: " + bound);
  }

  /** The result of a request whose id came before. */
  public static ErrorResult duplicate(QueuedRequest request, String first) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.REJECTED,
        ErrorCode.DUPLICATE_REQUEST,
        "request '%s' of tenant '%s' came before, at %s, and is answered there (millrace.dedup.ttl)"
            .formatted(request.envelope().id(), request.envelope().tenant(), first));
  }

  /** The result of a record that took back so many waiting requests. */
  public static ErrorResult cancelDone(Envelope cancel, String target, int waiting, int inFlight) {
    return new ErrorResult(
        cancel.id(),
        ResultStatus.CANCELLED,
        ErrorCode.CANCELLED,
        "request '%s': %d taken out of the queue, %d asked to stop while being scored"
            .formatted(target, waiting, inFlight));
  }

  /** The result of a record that wanted to take back what is not, or no more, there. */
  public static ErrorResult cancelTooLate(Envelope cancel, String target) {
    return new ErrorResult(
        cancel.id(),
        ResultStatus.REJECTED,
        ErrorCode.REQUEST_NOT_FOUND,
        "no request '%s' of tenant '%s' waits".formatted(target, cancel.tenant()));
  }

  /** The result of a request whose deadline has passed, after so many milliseconds in the queue. */
  public static Result expired(QueuedRequest request, long waited) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.EXPIRED,
        ErrorCode.DEADLINE_EXCEEDED,
        "it could not be scored before its deadline: it waited %d ms".formatted(waited));
  }

  /**
   * The result of a request that was admitted by a job which had its model, and is restored by one
   * which has not.
   */
  public static ErrorResult modelGone(QueuedRequest request) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.REJECTED,
        ErrorCode.MODEL_NOT_FOUND,
        "model '%s' was deployed when the request came, and is no more".formatted(request.model()));
  }

  private static List<Tensor> wanted(List<Tensor> outputs, List<String> names) {
    return names.isEmpty()
        ? outputs
        : outputs.stream().filter(output -> names.contains(output.name())).toList();
  }
}
