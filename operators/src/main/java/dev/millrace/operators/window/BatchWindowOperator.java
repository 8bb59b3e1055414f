package dev.millrace.operators.window;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Answer;
import dev.millrace.operators.answers.AnswerWriter;
import dev.millrace.operators.answers.Results;
import dev.millrace.operators.batching.BatchDecision;
import dev.millrace.operators.batching.InFlight;
import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * A keyed window over lanes whose trigger is an engine that can take more.
 *
 * <pre>
 *   processElement ─► keyed state (lane, arrival) ─► queue ─┐
 *                                                           ├─► serve: decide ─► engine.start
 *   engine: capacity is free ─────► mail ───────────────────┘
 *   engine: a request has ended ──► mail ─► keyed state: remove ─► answer
 * </pre>
 *
 * <p>A request stays in keyed state until the moment its answer is emitted, so both fall into one
 * checkpoint epoch: what was in flight at a crash is still there, and is scored again. The queues
 * on the heap are an index of that state, rebuilt on restore.
 */
public final class BatchWindowOperator extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<Admission, OutboundRecord>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** Answers that go to the topic their request named. */
  public static final OutputTag<OutboundRecord> REPLIES =
      new OutputTag<>("replies", TypeInformation.of(OutboundRecord.class));

  private final WindowSettings settings;
  private final transient MailboxExecutor mailbox;
  private final transient CompletionInbox inbox = new CompletionInbox(this::postMail);
  private final transient InFlight inFlight = new InFlight();
  private final transient Arrivals arrivals = new Arrivals();
  private final transient AnswerWriter answers;

  /** Requests whose model is deployed no more, found by a restore. */
  private final transient Queue<QueueEntry> orphans = new ArrayDeque<>();

  private transient WaitingRequests waiting;
  private transient WindowMetrics windowMetrics;
  private transient ModelWindows windows = ModelWindows.none();

  BatchWindowOperator(
      StreamOperatorParameters<OutboundRecord> parameters, WindowSettings settings) {
    super(parameters);
    this.settings = settings;
    this.mailbox = parameters.getMailboxExecutor();
    this.answers = new AnswerWriter(settings.maximumResultBytes());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    waiting = new WaitingRequests(getKeyedStateBackend(), context);
  }

  @Override
  public void open() throws Exception {
    super.open();
    windowMetrics = new WindowMetrics(getMetricGroup());
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    try {
      windows = ModelWindows.open(settings, subtask, inbox, windowMetrics);
    } catch (EngineUnavailableException e) {
      // What is missing now would be missing after a restart too.
      throw new SuppressRestartsException(e);
    }
    waiting.forEach(
        (laneKey, arrival, request) -> {
          arrivals.follow(arrival);
          enqueue(laneKey, arrival, request);
        });
    // What was restored must not wait for the next arrival.
    inbox.wake();
  }

  @Override
  public void processElement(StreamRecord<Admission> element) throws Exception {
    Admission admission = element.getValue();
    if (admission instanceof Admission.Refused refused) {
      answer(refused.envelope(), refused.result(), 0);
      return;
    }
    QueuedRequest request = ((Admission.Accepted) admission).request();
    int laneKey = (Integer) getCurrentKey();
    long arrival = arrivals.next(now());
    waiting.put(laneKey, arrival, request);
    enqueue(laneKey, arrival, request);
    serve();
    while (pending() >= settings.maximumPending()) {
      // Holds back the input, and through it Kafka, while completions still come in.
      mailbox.yield();
    }
  }

  @Override
  public void endInput() throws Exception {
    while (pending() > 0) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    windows.close();
    super.close();
  }

  private void enqueue(int laneKey, long arrival, QueuedRequest request) {
    QueueEntry entry =
        new QueueEntry(
            laneKey, arrival, request.priority(), request.envelope().deadline(), request.rows());
    Optional<ModelWindow> window = windows.of(request.model());
    window.ifPresentOrElse(present -> present.add(entry), () -> orphans.add(entry));
  }

  /** Runs on the engines' threads. */
  private void postMail() {
    try {
      mailbox.execute(this::readMail, "an engine has capacity or completions");
    } catch (RejectedExecutionException e) {
      // The task is ending. What the engine has to say is lost, but the requests are still in
      // state.
      LOG.debug("An engine called back after the mailbox had closed.", e);
    }
  }

  private void readMail() throws Exception {
    inbox.open();
    // Before the answers, so that the engine does not idle while they are written.
    serve();
    for (var next = inbox.take(); next.isPresent(); next = inbox.take()) {
      complete(next.get());
    }
    observe();
  }

  private void serve() throws Exception {
    for (ModelWindow window : windows.all()) {
      serve(window);
    }
    while (!orphans.isEmpty()) {
      answerUnscored(orphans.remove(), Results::modelGone);
    }
  }

  private void serve(ModelWindow window) throws Exception {
    while (true) {
      long now = now();
      BatchDecision decision = window.decide(now);
      if (decision instanceof BatchDecision.Dispatch dispatch) {
        dispatch(window, dispatch.requests(), now);
      } else if (decision instanceof BatchDecision.Drop drop) {
        for (QueueEntry entry : drop.expired()) {
          long waited = now - Arrivals.timeOf(entry.arrival());
          answerUnscored(entry, request -> Results.expired(request, waited));
        }
      } else {
        return;
      }
    }
  }

  private void dispatch(ModelWindow window, List<QueueEntry> entries, long now) throws Exception {
    List<EngineRequest> batch = new ArrayList<>(entries.size());
    for (QueueEntry entry : entries) {
      QueuedRequest request = waiting.get(entry);
      long id =
          inFlight.begin(new InFlight.Flight(entry, request, System.nanoTime(), entries.size()));
      batch.add(new EngineRequest(id, request.inputs()));
      window.metrics().waited(now - Arrivals.timeOf(entry.arrival()));
    }
    window.start(batch, inbox);
  }

  private void complete(CompletionInbox.Completion completion) throws Exception {
    InFlight.Flight flight = inFlight.end(completion.id());
    QueuedRequest request = flight.request();
    waiting.remove(flight.entry());
    windows
        .of(request.model())
        .ifPresent(window -> window.metrics().scored(System.nanoTime() - flight.dispatchedAt()));
    answer(request.envelope(), Results.of(request, completion.outcome()), flight.batchSize());
  }

  private void answerUnscored(QueueEntry entry, Function<QueuedRequest, Result> why)
      throws Exception {
    QueuedRequest request = waiting.get(entry);
    waiting.remove(entry);
    answer(request.envelope(), why.apply(request), 0);
  }

  private void answer(Envelope envelope, Result result, int batchSize) {
    Answer answer = answers.write(envelope, result, batchSize, now());
    windowMetrics.answered(answer.status());
    StreamRecord<OutboundRecord> record = new StreamRecord<>(answer.record());
    if (envelope.reply() == null) {
      output.collect(record);
    } else {
      output.collect(REPLIES, record);
    }
  }

  private int pending() {
    return windows.depth() + inFlight.size() + orphans.size();
  }

  private void observe() {
    windowMetrics.inFlight(inFlight.size());
    windows.all().forEach(ModelWindow::observe);
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }
}
