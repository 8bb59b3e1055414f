package dev.millrace.operators.window;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.answers.TaskWriter;
import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.annotation.VisibleForTesting;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * A keyed window over lanes whose trigger is an engine that can take more.
 *
 * <pre>
 *   processElement ─► Reception ─► keyed state (lane, arrival), queue ─┐
 *   engine: capacity is free ────► mail ───────────────────────────────┼─► Serving: decide ─► engine
 *   timer: a deadline, a linger ─► mail ───────────────────────────────┘
 *   engine: a request has ended ─► mail ─► Serving ─► Answers: keyed state: remove, emit
 *   engine: a text has grown ────► mail ─► Serving ─► Answers: emit a piece
 *   a task waits, runs, has ended ───────► TaskHistory: emit its state
 *   checkpoint ──────────────────────────► Serving ─► keyed state: tokens so far
 * </pre>
 *
 * <p>A request stays in keyed state until the moment its answer is emitted, so both fall into one
 * checkpoint epoch: what was in flight at a crash is still there, and is scored again. The queues
 * on the heap are an index of that state, rebuilt on restore.
 *
 * <p>This class is the adapter to Flink: state, mailbox, timers, outputs. What is done with a
 * request is decided by {@link Reception} and {@link Serving}.
 */
public final class BatchWindowOperator extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<Admission, OutboundRecord>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** Answers that go to the topic their request named. */
  public static final OutputTag<OutboundRecord> REPLIES =
      new OutputTag<>("replies", TypeInformation.of(OutboundRecord.class));

  /** The states of tasks. */
  public static final OutputTag<OutboundRecord> TASKS =
      new OutputTag<>("tasks", TypeInformation.of(OutboundRecord.class));

  private final WindowSettings settings;
  private final transient NanoClock nanoClock;
  private final transient MailboxExecutor mailbox;
  private final transient EngineInbox inbox = new EngineInbox(this::postMail);

  private transient WaitingRequests waiting;
  private transient HeldAnswers heldRefusals;
  private transient ResultCache cache;
  private transient RecentIds recentIds;
  private transient ModelWindows windows = ModelWindows.none();
  private transient Answers answers;
  private transient Serving serving;
  private transient Reception reception;

  /** When the earliest timer rings, epoch milliseconds. */
  private transient long nextTimer = Long.MAX_VALUE;

  private transient @Nullable ScheduledFuture<?> pendingTimer;

  BatchWindowOperator(
      StreamOperatorParameters<OutboundRecord> parameters,
      WindowSettings settings,
      NanoClock nanoClock) {
    super(parameters);
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    var backend = this.<Integer>getKeyedStateBackend();
    waiting =
        new WaitingRequests(
            backend,
            context,
            getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks(),
            settings.queue().heapBytes());
    heldRefusals = new HeldAnswers(backend, context);
    cache = new ResultCache(backend, context, settings.answers().cacheEntries());
    recentIds =
        new RecentIds(
            backend, context, settings.answers().dedupTtl(), settings.answers().taskDedupTtl());
  }

  @Override
  public void open() throws Exception {
    super.open();
    WindowMetrics metrics = new WindowMetrics(getMetricGroup());
    try {
      GpuAllotment gpus = GpuResource.allotment(getRuntimeContext());
      windows = ModelWindows.open(settings, gpus, inbox, metrics);
    } catch (EngineUnavailableException e) {
      // What is missing now would be missing after a restart too.
      throw new SuppressRestartsException(e);
    }
    answers =
        new Answers(
            settings.answers(),
            waiting,
            heldRefusals,
            recentIds,
            metrics,
            this::now,
            this::emit,
            new TaskHistory(
                new TaskWriter(settings.answers().maximumBytes()),
                state -> output.collect(TASKS, new StreamRecord<>(state))));
    serving =
        new Serving(
            windows,
            waiting,
            answers,
            new Sharing(cache, metrics),
            inbox,
            metrics,
            this::now,
            nanoClock);
    reception =
        new Reception(
            settings.queue(),
            recentIds,
            waiting,
            answers,
            serving,
            metrics,
            this::now,
            mailbox::yield);
    restore();
  }

  private void restore() throws Exception {
    cache.restore();
    waiting.restoreResumePoints();
    restoreOrder();
    waiting.forEach(
        (laneKey, arrival, request) ->
            serving.restore(reception.restored(laneKey, arrival, request), request));
    // What was restored must not wait for the next arrival.
    inbox.wake();
  }

  /** Gives all that is restored its place in the line of its key, in the order of arrival. */
  private void restoreOrder() throws Exception {
    record Held(QueueEntry entry, Admission.Refused refused) {}
    record Place(QueueEntry entry, Envelope envelope) {}

    List<Held> held = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    heldRefusals.forEach(
        (laneKey, arrival, refused) -> {
          QueueEntry entry = reception.restoredRefusal(laneKey, arrival);
          held.add(new Held(entry, refused));
          places.add(new Place(entry, refused.envelope()));
        });
    if (settings.answers().order() == Order.KEY) {
      waiting.forEach(
          (laneKey, arrival, request) ->
              places.add(
                  new Place(reception.restored(laneKey, arrival, request), request.envelope())));
    }
    places.sort(Comparator.comparingLong(place -> place.entry().arrival()));
    for (Place place : places) {
      answers.expect(place.entry(), place.envelope());
    }
    for (Held one : held) {
      answers.answerHeld(one.entry(), one.refused());
    }
  }

  @Override
  public void processElement(StreamRecord<Admission> element) throws Exception {
    reception.receive((Integer) getCurrentKey(), element.getValue());
    serve();
  }

  @Override
  public void endInput() throws Exception {
    while (serving.pending() > 0) {
      mailbox.yield();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    serving.texts().snapshot();
    waiting.snapshot(context);
  }

  /** Otherwise Flink would take it for timers of its own. */
  @Override
  protected boolean isUsingCustomRawKeyedState() {
    return true;
  }

  @Override
  public void close() throws Exception {
    windows.close();
    super.close();
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
    boolean completed = false;
    for (var next = inbox.take(); next.isPresent(); next = inbox.take()) {
      if (next.get() instanceof EngineInbox.Event.Advanced advanced) {
        serving.texts().advance(advanced);
      } else if (next.get() instanceof EngineInbox.Event.Ended ended) {
        serving.complete(ended);
        completed = true;
      }
    }
    if (completed) {
      // Those who followed a request that was cancelled wait again.
      serve();
    }
    serving.observe();
  }

  private void serve() throws Exception {
    long next = serving.serve();
    if (next == Long.MAX_VALUE) {
      return;
    }
    long timer = Math.max(next, now() + 1);
    if (timer < nextTimer) {
      if (pendingTimer != null) {
        pendingTimer.cancel(false);
      }
      nextTimer = timer;
      pendingTimer = getProcessingTimeService().registerTimer(timer, this::onTimer);
    }
  }

  private void onTimer(long time) throws Exception {
    nextTimer = Long.MAX_VALUE;
    pendingTimer = null;
    serve();
    serving.observe();
  }

  private void emit(Envelope envelope, OutboundRecord answer) {
    StreamRecord<OutboundRecord> record = new StreamRecord<>(answer);
    if (envelope.reply() == null) {
      output.collect(record);
    } else {
      output.collect(REPLIES, record);
    }
  }

  /** How many requests are not answered yet. */
  @VisibleForTesting
  int pending() {
    return serving.pending();
  }

  /** How many of these wait in the queue of a model. */
  @VisibleForTesting
  int queued(ModelVersion model) {
    return windows.of(model).map(window -> window.queue().size()).orElse(0);
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }
}
