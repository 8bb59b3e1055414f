package dev.millrace.operators.admission;

import dev.millrace.engines.InputCheck;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.EnvelopeReader;
import dev.millrace.protocol.EnvelopeReading;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderProblem;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.SourceRecord;
import dev.millrace.protocol.TensorRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what becomes of a record that was read from the request topic. */
final class Admitter {
  private static final String STAGE = "decode";

  private final AdmissionRules rules;
  private final ReplyTopics replyTopics;
  private final RequestDecoder decoder;
  private final EnvelopeReader envelopes = new EnvelopeReader();

  Admitter(AdmissionRules rules, ReplyTopics replyTopics) {
    this.rules = rules;
    this.replyTopics = replyTopics;
    this.decoder = new RequestDecoder(rules.limits());
  }

  /** What becomes of a record. */
  sealed interface Verdict {
    /** It is a request; these of its headers were malformed, and their defaults were taken. */
    record Request(Admission admission, List<HeaderProblem> problems) implements Verdict {}

    /** It is none. */
    record Dead(DeadLetter letter) implements Verdict {}
  }

  /**
   * Decides; never throws, whatever the record holds.
   *
   * @param now epoch milliseconds
   */
  Verdict admit(SourceRecord record, long now) {
    Optional<String> cancelled = EnvelopeReader.cancelTarget(record.headers());
    if (cancelled.isPresent()) {
      EnvelopeReading reading = envelopes.read(record, null, Map.of(), now);
      Envelope envelope = withUsableReply(reading.envelope());
      return new Verdict.Request(
          new Admission.Cancel(envelope, cancelled.get()), reading.problems());
    }
    Decoded decoded = decoder.decode(record.value(), EnvelopeReader.encoding(record.headers()));
    if (decoded instanceof Decoded.Malformed malformed) {
      String errorClass = Decoded.Malformed.class.getName();
      return new Verdict.Dead(new DeadLetter(record, STAGE, errorClass, malformed.message()));
    }
    if (decoded instanceof Decoded.Invalid invalid) {
      EnvelopeReading reading = envelopes.read(record, invalid.id(), Map.of(), now);
      Admission refused =
          refuse(withUsableReply(reading.envelope()), invalid.code(), invalid.message());
      return new Verdict.Request(refused, reading.problems());
    }
    InferenceRequest request = ((Decoded.Request) decoded).request();
    EnvelopeReading reading = envelopes.read(record, request.id(), request.parameters(), now);
    return new Verdict.Request(admit(request, reading.envelope()), reading.problems());
  }

  private Admission admit(InferenceRequest request, Envelope envelope) {
    Optional<Refusal> unusableReply = checkReply(envelope);
    if (unusableReply.isPresent()) {
      return refuse(envelope.withoutReply(), unusableReply.get());
    }
    ModelCatalog.Resolution resolution = rules.catalog().resolve(request.model());
    if (resolution instanceof ModelCatalog.UnknownModel unknown) {
      return refuse(envelope, ErrorCode.MODEL_NOT_FOUND, unknown.message());
    }
    if (resolution instanceof ModelCatalog.UnknownVersion unknown) {
      return refuse(envelope, ErrorCode.VERSION_NOT_FOUND, unknown.message());
    }
    ModelSpec model = ((ModelCatalog.Found) resolution).model();
    if (request instanceof TensorRequest tensors) {
      return admit(tensors, model, envelope);
    }
    String message =
        "model '%s' takes tensors, not a prompt: it answers no %s"
            .formatted(model.version().name(), CompletionRequest.class.getSimpleName());
    return refuse(envelope, ErrorCode.UNSUPPORTED_REQUEST, message);
  }

  private Admission admit(TensorRequest request, ModelSpec model, Envelope envelope) {
    Optional<String> unknownOutput = model.signature().checkOutputs(request.outputs());
    if (unknownOutput.isPresent()) {
      return refuse(envelope, ErrorCode.INVALID_REQUEST, unknownOutput.get());
    }
    int maximumRows = Math.min(model.maximumBatchRows(), rules.maximumBatchRows());
    InputCheck check = model.signature().check(request.inputs(), maximumRows);
    if (check instanceof InputCheck.Refused refused) {
      return refuse(envelope, ErrorCode.INVALID_TENSOR, refused.message());
    }
    InputCheck.Accepted accepted = (InputCheck.Accepted) check;
    int priority =
        envelope.priority() == 0 ? model.policy().defaultPriority() : envelope.priority();
    return new Admission.Accepted(
        new QueuedRequest(
            withDeadline(envelope, model.policy()),
            model.version(),
            priority,
            accepted.rows(),
            accepted.length(),
            accepted.inputs(),
            request.outputs()));
  }

  private static Envelope withDeadline(Envelope envelope, ServingPolicy policy) {
    Duration timeout = policy.defaultTimeout();
    return timeout == null || envelope.deadline() != Envelope.NO_DEADLINE
        ? envelope
        : envelope.withDeadline(envelope.timestamp() + timeout.toMillis());
  }

  private Envelope withUsableReply(Envelope envelope) {
    return checkReply(envelope).isPresent() ? envelope.withoutReply() : envelope;
  }

  private Optional<Refusal> checkReply(Envelope envelope) {
    ReplyAddress reply = envelope.reply();
    if (reply == null) {
      return Optional.empty();
    }
    if (!rules.replyTopics().matcher(reply.topic()).matches()) {
      String message =
          "reply topic '%s' does not match '%s' (millrace.reply.allowed-topics)"
              .formatted(reply.topic(), rules.replyTopics());
      return Optional.of(new Refusal(ErrorCode.REPLY_TOPIC_NOT_ALLOWED, message));
    }
    int partitions = replyTopics.partitions(reply.topic());
    Integer partition = reply.partition();
    if (partitions == 0) {
      String message = "reply topic '%s' does not exist".formatted(reply.topic());
      return Optional.of(new Refusal(ErrorCode.REPLY_TOPIC_NOT_FOUND, message));
    }
    if (partition != null && partition >= partitions) {
      String message =
          "reply topic '%s' has partitions 0 to %d, not %d"
              .formatted(reply.topic(), partitions - 1, partition);
      return Optional.of(new Refusal(ErrorCode.REPLY_TOPIC_NOT_FOUND, message));
    }
    return Optional.empty();
  }

  private static Admission refuse(Envelope envelope, Refusal refusal) {
    return refuse(envelope, refusal.code(), refusal.message());
  }

  private static Admission refuse(Envelope envelope, ErrorCode code, String message) {
    return new Admission.Refused(
        envelope, new ErrorResult(envelope.id(), ResultStatus.REJECTED, code, message));
  }

  private record Refusal(ErrorCode code, String message) {}
}
