package dev.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.operators.queue.ShapeLanes;
import dev.millrace.operators.window.SimulatedTraffic.Entry;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TensorResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the window promises, checked against what is seen of it from outside: the answers it gives
 * and the batches it starts.
 */
final class Promises {
  private final SimulatedTraffic traffic;
  private final List<Entry> topic;
  private final Set<Long> committed = new HashSet<>();
  private final Set<Long> uncommitted = new HashSet<>();

  /** Answered requests by tenant and id, but for those told that they are duplicates. */
  private final Map<String, Long> committedIds = new HashMap<>();

  private final Map<String, Long> uncommittedIds = new HashMap<>();

  /** The last request of each key that was answered. */
  private Map<String, Long> lastOfKey = new HashMap<>();

  private Map<String, Long> committedLastOfKey = new HashMap<>();

  /** What the subtasks of this life have been given, by subtask, and not yet answered or scored. */
  private final Map<Long, Integer> waiting = new HashMap<>();

  private final Set<Long> started = new HashSet<>();
  private boolean enginesHaveFailed;

  /**
   * @param topic all records so far, by number; grows
   */
  Promises(SimulatedTraffic traffic, List<Entry> topic) {
    this.traffic = traffic;
    this.topic = topic;
  }

  /** A subtask has a request now: it came, or was restored. */
  void given(long number, int subtask) {
    if (topic.get((int) number).kind() == Entry.Kind.REQUEST) {
      waiting.put(number, subtask);
    }
  }

  /** An engine has failed whole batches, so that good requests may fail too. */
  void engineFails() {
    enginesHaveFailed = true;
  }

  boolean isAnswered(long number) {
    return committed.contains(number) || uncommitted.contains(number);
  }

  int answered() {
    return committed.size() + uncommitted.size();
  }

  int committed() {
    return committed.size();
  }

  /** A checkpoint has completed: what was answered is visible now and stays so. */
  void checkpointCompleted() {
    committed.addAll(uncommitted);
    uncommitted.clear();
    committedIds.putAll(uncommittedIds);
    uncommittedIds.clear();
    committedLastOfKey = new HashMap<>(lastOfKey);
  }

  /** The job has crashed: what was not committed never happened. */
  void crashed() {
    uncommitted.clear();
    uncommittedIds.clear();
    lastOfKey = new HashMap<>(committedLastOfKey);
    waiting.clear();
    started.clear();
  }

  /** Conservation; no dead work; order of a key; what a status may mean. */
  void answered(OutboundRecord answer, long position) throws Exception {
    long number = WindowHarness.numberOf(answer);
    assertThat(number).as("answered before it was asked").isLessThan(position);
    assertThat(isAnswered(number)).as("request %d is answered twice", number).isFalse();
    uncommitted.add(number);
    Entry entry = topic.get((int) number);
    checkStatus(number, entry, answer);
    waiting.remove(number);
    String key = entry.ask().key();
    if (traffic.keepsOrder() && key != null) {
      Long last = lastOfKey.put(key, number);
      assertThat(last == null || last < number)
          .as("key '%s': %d is answered behind %d", key, number, last)
          .isTrue();
    }
  }

  private void checkStatus(long number, Entry entry, OutboundRecord answer) throws Exception {
    ResultStatus status = ResultStatus.fromWireName(WindowHarness.statusOf(answer)).orElseThrow();
    Ask ask = entry.ask();
    boolean isRequest = entry.kind() == Entry.Kind.REQUEST;
    switch (status) {
      case OK -> {
        assertThat(isRequest).as("%d is no request, but was scored", number).isTrue();
        assertThat(SimulatedTraffic.isPoison(ask.content()))
            .as("%d cannot be scored, but was", number)
            .isFalse();
        TensorResult result =
            (TensorResult) new ResultDecoder().decode(answer.value(), Encoding.PROTOBUF, status);
        assertThat(Ask.numberIn(result.outputs().get(0)))
            .as("the answer to %d is another's", number)
            .isEqualTo(ask.content());
      }
      case FAILED ->
          assertThat(isRequest && (enginesHaveFailed || SimulatedTraffic.isPoison(ask.content())))
              .as("%d fails, but nothing was wrong with it or its engine", number)
              .isTrue();
      case EXPIRED -> {
        assertThat(ask.deadline())
            .as("%d expires without a deadline", number)
            .isLessThan(Long.MAX_VALUE);
        assertThat(started.contains(number)).as("%d expires, but was started", number).isFalse();
        assertThat(WindowHarness.find(answer, HeaderNames.QUEUED)).isPresent();
      }
      case CANCELLED ->
          assertThat(entry.kind() == Entry.Kind.CANCEL || wasCancelled(ask))
              .as("%d is cancelled, but nobody asked for that", number)
              .isTrue();
      case REJECTED -> checkRejection(number, entry, answer);
    }
    if (isRequest) {
      rememberId(ask, status);
    }
  }

  private void checkRejection(long number, Entry entry, OutboundRecord answer) throws Exception {
    ErrorCode code = codeOf(answer);
    boolean allowed =
        switch (entry.kind()) {
          case REFUSED -> code == ErrorCode.INVALID_REQUEST;
          case CANCEL -> code == ErrorCode.REQUEST_NOT_FOUND;
          case REQUEST ->
              (code == ErrorCode.OVERLOADED && traffic.sheds())
                  || (code == ErrorCode.DUPLICATE_REQUEST && traffic.deduplicated());
        };
    assertThat(allowed).as("%d (%s) is rejected: %s", number, entry.kind(), code).isTrue();
  }

  private static ErrorCode codeOf(OutboundRecord answer) throws Exception {
    return ((ErrorResult)
            new ResultDecoder().decode(answer.value(), Encoding.PROTOBUF, ResultStatus.REJECTED))
        .code();
  }

  private boolean wasCancelled(Ask ask) {
    return topic.stream()
        .anyMatch(
            other ->
                other.kind() == Entry.Kind.CANCEL
                    && other.ask().tenant().equals(ask.tenant())
                    && other.target().equals(ask.id()));
  }

  /** An id is answered once; whoever had no room may come again. */
  private void rememberId(Ask ask, ResultStatus status) {
    if (!traffic.deduplicated() || status == ResultStatus.REJECTED) {
      return;
    }
    String id = ask.tenant() + " " + ask.id();
    Long before = committedIds.getOrDefault(id, uncommittedIds.get(id));
    assertThat(before).as("%s is answered twice, at %d again", id, ask.number()).isNull();
    uncommittedIds.put(id, ask.number());
  }

  /** Bounds of a batch; order of service; no dead work. */
  void started(List<EngineRequest> batch, ModelVersion model, int subtask, long now) {
    assertThat(batch).hasSizeLessThanOrEqualTo(Setup.BATCH_SIZE);
    if (traffic.cached()) {
      // One content may be asked by several: who is scored cannot be told.
      return;
    }
    List<Ask> asks = new ArrayList<>();
    for (EngineRequest request : batch) {
      long number = Ask.numberIn(request.inputs().get(0));
      asks.add(topic.get((int) number).ask());
      assertThat(waiting).as("%d is scored, but does not wait", number).containsKey(number);
    }
    for (Ask ask : asks) {
      assertThat(ask.deadline()).as("%d is scored too late", ask.number()).isGreaterThan(now);
      assertThat(ask.model()).isEqualTo(model);
      assertThat(shape(ask)).as("shapes of a batch").isEqualTo(shape(asks.get(0)));
      waiting.remove(ask.number());
      started.add(ask.number());
    }
    int most = asks.stream().mapToInt(Ask::priority).max().orElseThrow();
    int least = asks.stream().mapToInt(Ask::priority).min().orElseThrow();
    waiting.forEach(
        (number, owner) -> {
          Ask other = topic.get((int) (long) number).ask();
          // An answer that is held for earlier ones of its key is not seen yet.
          boolean mayHaveEnded = traffic.keepsOrder() && other.key() != null;
          if (owner == subtask && other.model().equals(model) && !mayHaveEnded) {
            assertThat(other.priority())
                .as("%d is more urgent than all that is scored", number)
                .isGreaterThanOrEqualTo(least);
            if (shape(other) == shape(asks.get(0))) {
              assertThat(other.priority())
                  .as("%d is more urgent than one that is scored", number)
                  .isGreaterThanOrEqualTo(most);
              checkDeadlines(other, asks);
            }
          }
        });
  }

  private static void checkDeadlines(Ask other, List<Ask> scored) {
    for (Ask ask : scored) {
      if (ask.tenant().equals(other.tenant()) && ask.priority() == other.priority()) {
        assertThat(other.deadline())
            .as("%d has an earlier deadline than %d", other.number(), ask.number())
            .isGreaterThanOrEqualTo(ask.deadline());
      }
    }
  }

  private static int shape(Ask ask) {
    return ask.length() == 0 ? ShapeLanes.FIXED : ShapeLanes.of(ask.length());
  }
}
