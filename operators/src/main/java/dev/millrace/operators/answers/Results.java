package dev.millrace.operators.answers;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.CompletionResult;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.Usage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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
    if (outcome instanceof Outcome.Generated generated) {
      return new CompletionResult(
          id, created(request), request.model(), generated.choices(), generated.usage());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return new ErrorResult(id, ResultStatus.FAILED, ErrorCode.ENGINE_FAILURE, failed.message());
    }
    return stopped(request, (Outcome.Cancelled) outcome);
  }

  private static ErrorResult stopped(QueuedRequest request, Outcome.Cancelled cancelled) {
    String id = request.envelope().id();
    if (!isText(request)) {
      return new ErrorResult(
          id, ResultStatus.CANCELLED, ErrorCode.CANCELLED, "cancelled while it was being scored");
    }
    return new ErrorResult(
        id,
        ResultStatus.CANCELLED,
        ErrorCode.CANCELLED,
        "cancelled when %d tokens had been generated"
            .formatted(cancelled.usage().completionTokens()),
        null,
        cancelled.usage());
  }

  /** The result of a text that was stopped because its deadline had passed. */
  public static ErrorResult overdue(QueuedRequest request, Outcome.Cancelled cancelled) {
    return new ErrorResult(
        request.envelope().id(),
        ResultStatus.EXPIRED,
        ErrorCode.DEADLINE_EXCEEDED,
        "its deadline passed when %d tokens had been generated"
            .formatted(cancelled.usage().completionTokens()),
        null,
        cancelled.usage());
  }

  /**
   * The same with the tokens that a former life of the request has generated; without any, itself.
   */
  public static ErrorResult counting(
      ErrorResult result, QueuedRequest request, List<List<GeneratedToken>> generated) {
    if (generated.isEmpty() || !(request.work() instanceof Work.Generation work)) {
      return result;
    }
    int tokens = generated.stream().mapToInt(List::size).sum();
    return new ErrorResult(
        result.id(),
        result.status(),
        result.code(),
        result.message(),
        result.param(),
        new Usage(work.promptTokens(), tokens));
  }

  /** A piece of a text. */
  public static CompletionProgress piece(QueuedRequest request, Progress progress) {
    return new CompletionProgress(
        request.envelope().id(),
        created(request),
        request.model(),
        progress.sequence(),
        progress.position(),
        progress.text());
  }

  /** Of the request's record, so that it is the same however often the text is generated. */
  private static long created(QueuedRequest request) {
    return TimeUnit.MILLISECONDS.toSeconds(request.envelope().timestamp());
  }

  private static boolean isText(QueuedRequest request) {
    return request.work() instanceof Work.Generation;
  }

  /** The result of a request that is answered with the outputs of another that asked the same. */
  public static Result shared(QueuedRequest request, List<Tensor> outputs) {
    return of(request, new Outcome.Scored(outputs));
  }

  /** The result of a request that was taken back, after so many milliseconds in the queue. */
  public static ErrorResult cancelled(QueuedRequest request, long waited) {
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
        "request '%s' of tenant '%s' came before, at %s, and is answered there (%s)"
            .formatted(
                request.envelope().id(),
                request.envelope().tenant(),
                first,
                request.envelope().task() ? "millrace.tasks.dedup-ttl" : "millrace.dedup.ttl"));
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
  public static ErrorResult expired(QueuedRequest request, long waited) {
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
