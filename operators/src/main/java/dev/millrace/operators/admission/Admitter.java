package dev.millrace.operators.admission;

import dev.millrace.engines.InputCheck;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.EnvelopeReader;
import dev.millrace.protocol.EnvelopeReading;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.HeaderProblem;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.RequestDecoder;
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
  private final PromptEncoders encoders;

  /**
   * @param encoders of the models that generate text
   */
  Admitter(AdmissionRules rules, ReplyTopics replyTopics, PromptEncoders encoders) {
    this.rules = rules;
    this.replyTopics = replyTopics;
    this.encoders = encoders;
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
      // Whatever it says of itself: the history is that of the request which it takes back.
      Envelope envelope = withUsableReply(reading.envelope().withoutTask());
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
      Refusal refusal = new Refusal(invalid.code(), invalid.message(), invalid.param());
      return new Verdict.Request(
          refusal.of(withUsableReply(reading.envelope()), invalid.model()), reading.problems());
    }
    InferenceRequest request = ((Decoded.Request) decoded).request();
    EnvelopeReading reading = envelopes.read(record, request.id(), request.parameters(), now);
    return new Verdict.Request(admit(request, reading.envelope()), reading.problems());
  }

  private Admission admit(InferenceRequest request, Envelope envelope) {
    Optional<Refusal> unusableReply = checkReply(envelope);
    if (unusableReply.isPresent()) {
      return unusableReply.get().of(envelope.withoutReply(), request.model());
    }
    ModelCatalog.Resolution resolution = rules.catalog().resolve(request.model());
    if (resolution instanceof ModelCatalog.UnknownModel unknown) {
      return new Refusal(ErrorCode.MODEL_NOT_FOUND, unknown.message(), modelField(request))
          .of(envelope, request.model());
    }
    if (resolution instanceof ModelCatalog.UnknownVersion unknown) {
      return new Refusal(ErrorCode.VERSION_NOT_FOUND, unknown.message(), modelField(request))
          .of(envelope, request.model());
    }
    ModelSpec model = ((ModelCatalog.Found) resolution).model();
    return request instanceof TensorRequest tensors
        ? admit(tensors, model, envelope)
        : admit((CompletionRequest) request, model, envelope);
  }

  private Admission admit(TensorRequest request, ModelSpec model, Envelope envelope) {
    if (model.text() != null) {
      String message =
          "model '%s' continues texts: send a prompt, not tensors"
              .formatted(model.version().name());
      return new Refusal(ErrorCode.UNSUPPORTED_REQUEST, message, "inputs")
          .of(envelope, request.model());
    }
    Optional<String> unknownOutput = model.signature().checkOutputs(request.outputs());
    if (unknownOutput.isPresent()) {
      return new Refusal(ErrorCode.INVALID_REQUEST, unknownOutput.get())
          .of(envelope, request.model());
    }
    int maximumRows = Math.min(model.maximumBatchRows(), rules.maximumBatchRows());
    InputCheck check = model.signature().check(request.inputs(), maximumRows);
    if (check instanceof InputCheck.Refused refused) {
      return new Refusal(ErrorCode.INVALID_TENSOR, refused.message()).of(envelope, request.model());
    }
    InputCheck.Accepted accepted = (InputCheck.Accepted) check;
    return new Admission.Accepted(
        new QueuedRequest(
            withDeadline(envelope, model.policy()),
            model.version(),
            priority(envelope, model.policy()),
            accepted.rows(),
            accepted.length(),
            new Work.Scoring(accepted.inputs()),
            request.outputs()));
  }

  private Admission admit(CompletionRequest request, ModelSpec model, Envelope envelope) {
    TextModelSpec text = model.text();
    if (text == null) {
      String message =
          "model '%s' takes tensors: send inputs, not a prompt".formatted(model.version().name());
      return new Refusal(ErrorCode.UNSUPPORTED_REQUEST, message, "prompt")
          .of(envelope, request.model());
    }
    CompletionCheck.Verdict verdict =
        new CompletionCheck(text, encoders.of(model.version()))
            .check(request, seedOf(envelope.source()));
    if (verdict instanceof CompletionCheck.Verdict.Refused refused) {
      return refused.refusal().of(envelope, request.model());
    }
    CompletionCheck.Verdict.Accepted accepted = (CompletionCheck.Verdict.Accepted) verdict;
    return new Admission.Accepted(
        new QueuedRequest(
            withDeadline(envelope, model.policy()),
            model.version(),
            priority(envelope, model.policy()),
            accepted.work().sequences(),
            accepted.length(),
            accepted.work(),
            List.of()));
  }

  private static String modelField(InferenceRequest request) {
    return request instanceof TensorRequest ? "model_name" : "model";
  }

  /** The same for the same record, so that a text that is generated anew is the same text. */
  private static long seedOf(RecordCoordinates source) {
    return 31 * (31L * source.topic().hashCode() + source.partition()) + source.offset();
  }

  private static int priority(Envelope envelope, ServingPolicy policy) {
    return envelope.priority() == 0 ? policy.defaultPriority() : envelope.priority();
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
}
