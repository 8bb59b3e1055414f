package dev.millrace.operators.answers;

import dev.millrace.engines.Outcome;
import dev.millrace.operators.admission.QueuedRequest;
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
        id, ResultStatus.CANCELLED, ErrorCode.CANCELLED, "cancelled before it was scored");
  }

  /** The result of a request whose deadline has passed, after so many milliseconds in the queue. */
  public static Result expired(QueuedRequest request, long waited) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.EXPIRED,
        ErrorCode.DEADLINE_EXCEEDED,
        "the deadline passed after %d ms in the queue".formatted(waited));
  }

  /**
   * The result of a request that was admitted by a job which had its model, and is restored by one
   * which has not.
   */
  public static Result modelGone(QueuedRequest request) {
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
