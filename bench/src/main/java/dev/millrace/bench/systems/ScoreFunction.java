package dev.millrace.bench.systems;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.AnswerWriter;
import dev.millrace.operators.answers.Handling;
import dev.millrace.operators.answers.Results;
import dev.millrace.protocol.OutboundRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Hands requests to an engine and completes with their answers. Answers are written on the engine's
 * thread that made them.
 *
 * @param <T> what comes in: a request or several
 */
abstract class ScoreFunction<T> extends RichAsyncFunction<T, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final Scoring scoring;

  private transient Engine engine;
  private transient AnswerWriter answers;
  private transient long nextId;

  private ScoreFunction(Scoring scoring) {
    this.scoring = scoring;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    engine = scoring.engines().open(scoring.model(), GpuAllotment.UNMANAGED);
    answers = new AnswerWriter(scoring.maximumAnswerBytes());
  }

  /** Scores requests together; what was refused is answered along with them. */
  final void score(Collection<Admission> admissions, ResultFuture<OutboundRecord> future) {
    List<OutboundRecord> refused = new ArrayList<>();
    List<QueuedRequest> requests = new ArrayList<>(admissions.size());
    for (Admission admission : admissions) {
      if (admission instanceof Admission.Accepted accepted) {
        requests.add(accepted.request());
      } else if (admission instanceof Admission.Refused refusal) {
        refused.add(refusal(refusal));
      }
    }
    if (requests.isEmpty()) {
      future.complete(refused);
    } else {
      start(requests, refused, future);
    }
  }

  private void start(
      List<QueuedRequest> requests,
      List<OutboundRecord> refused,
      ResultFuture<OutboundRecord> future) {
    long firstId = nextId;
    nextId += requests.size();
    List<EngineRequest> batch = new ArrayList<>(requests.size());
    for (int index = 0; index < requests.size(); index++) {
      batch.add(new EngineRequest(firstId + index, requests.get(index).work()));
    }
    AtomicReferenceArray<OutboundRecord> answered = new AtomicReferenceArray<>(requests.size());
    AtomicInteger missing = new AtomicInteger(requests.size());
    engine.start(
        batch,
        (id, outcome) -> {
          int index = (int) (id - firstId);
          QueuedRequest request = requests.get(index);
          answered.set(
              index,
              answers
                  .write(
                      request.envelope(),
                      Results.of(request, outcome),
                      new Handling(requests.size(), 0, null, false),
                      System.currentTimeMillis())
                  .record());
          if (missing.decrementAndGet() == 0) {
            future.complete(joined(answered, refused));
          }
        });
  }

  private static List<OutboundRecord> joined(
      AtomicReferenceArray<OutboundRecord> answered, List<OutboundRecord> refused) {
    List<OutboundRecord> all = new ArrayList<>(answered.length() + refused.size());
    for (int index = 0; index < answered.length(); index++) {
      all.add(answered.get(index));
    }
    all.addAll(refused);
    return all;
  }

  private OutboundRecord refusal(Admission.Refused refused) {
    return answers
        .write(refused.envelope(), refused.result(), Handling.AT_ONCE, System.currentTimeMillis())
        .record();
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
  }

  /** One request a call. */
  static final class One extends ScoreFunction<Admission> {
    private static final long serialVersionUID = 1L;

    One(Scoring scoring) {
      super(scoring);
    }

    @Override
    public void asyncInvoke(Admission request, ResultFuture<OutboundRecord> future) {
      score(List.of(request), future);
    }
  }

  /** A batch a call. */
  static final class Batch extends ScoreFunction<List<Admission>> {
    private static final long serialVersionUID = 1L;

    Batch(Scoring scoring) {
      super(scoring);
    }

    @Override
    public void asyncInvoke(List<Admission> batch, ResultFuture<OutboundRecord> future) {
      score(batch, future);
    }
  }
}
