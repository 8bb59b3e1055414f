package dev.millrace.operators.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of a test.
 *
 * @param number the offset of its record, by which its answer is found
 * @param content what it asks: one number
 * @param key of its record
 */
record Ask(
    long number,
    String id,
    String tenant,
    ModelVersion model,
    int priority,
    long deadline,
    int length,
    long content,
    @Nullable String key,
    @Nullable ReplyAddress reply,
    boolean task) {
  static final ModelVersion MODEL = new ModelVersion("echo", 1);

  /** Of completions. */
  static final Tokens PROMPT = Tokens.of(7, 7, 7);

  static final int MAXIMUM_TOKENS = 50;

  static Ask of(long number) {
    return new Ask(
        number,
        "id-" + number,
        "default",
        MODEL,
        1,
        Envelope.NO_DEADLINE,
        0,
        number,
        null,
        null,
        false);
  }

  Ask id(String other) {
    return new Ask(
        number, other, tenant, model, priority, deadline, length, content, key, reply, task);
  }

  Ask tenant(String other) {
    return new Ask(number, id, other, model, priority, deadline, length, content, key, reply, task);
  }

  Ask model(ModelVersion other) {
    return new Ask(
        number, id, tenant, other, priority, deadline, length, content, key, reply, task);
  }

  Ask priority(int other) {
    return new Ask(number, id, tenant, model, other, deadline, length, content, key, reply, task);
  }

  Ask deadline(long other) {
    return new Ask(number, id, tenant, model, priority, other, length, content, key, reply, task);
  }

  Ask length(int other) {
    return new Ask(number, id, tenant, model, priority, deadline, other, content, key, reply, task);
  }

  Ask content(long other) {
    return new Ask(number, id, tenant, model, priority, deadline, length, other, key, reply, task);
  }

  Ask key(@Nullable String other) {
    return new Ask(
        number, id, tenant, model, priority, deadline, length, content, other, reply, task);
  }

  Ask reply(ReplyAddress other) {
    return new Ask(
        number, id, tenant, model, priority, deadline, length, content, key, other, task);
  }

  Ask asTask() {
    return new Ask(
        number, id, tenant, model, priority, deadline, length, content, key, reply, true);
  }

  Admission admission() {
    return new Admission.Accepted(
        new QueuedRequest(
            envelope(),
            model,
            priority,
            1,
            length,
            new Work.Scoring(List.of(row(content))),
            List.of()));
  }

  /** This record asks for so many texts instead. */
  Admission completion(int choices, boolean stream) {
    return new Admission.Accepted(
        new QueuedRequest(
            envelope(Encoding.JSON),
            model,
            priority,
            choices,
            PROMPT.size() + MAXIMUM_TOKENS,
            new Work.Generation(
                List.of(PROMPT),
                new Sampling(
                    MAXIMUM_TOKENS,
                    1,
                    1,
                    0,
                    choices,
                    choices,
                    false,
                    null,
                    null,
                    0,
                    0,
                    Map.of(),
                    List.of()),
                number,
                stream),
            List.of()));
  }

  /** This record takes back another request instead of being one. */
  Admission cancelling(String target) {
    // As admission has it.
    return new Admission.Cancel(envelope().withoutTask(), target);
  }

  Envelope envelope() {
    return envelope(Encoding.PROTOBUF);
  }

  private Envelope envelope(Encoding encoding) {
    return new Envelope(
        id,
        new RecordCoordinates("requests", 0, number),
        key == null ? null : key.getBytes(UTF_8),
        0,
        0,
        deadline,
        tenant,
        List.of(),
        reply,
        encoding,
        task);
  }

  /** A tensor of one number. */
  static Tensor row(long number) {
    byte[] data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    return new Tensor("x", Datatype.INT64, new long[] {1}, data);
  }

  /** The number in such a tensor. */
  static long numberIn(Tensor row) {
    return ByteBuffer.wrap(row.data()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
