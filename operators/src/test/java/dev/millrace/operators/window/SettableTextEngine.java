package dev.millrace.operators.window;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An engine of so many slots that generates a token of a request when the test says so: "0 ", "1 ",
 * "2 " and so on for each of its sequences.
 */
final class SettableTextEngine implements Engine {
  private final int slots;
  private final Map<Long, Running> running = new LinkedHashMap<>();
  private final List<EngineRequest> started = new ArrayList<>();
  private Runnable capacityListener = () -> {};

  SettableTextEngine(int slots) {
    this.slots = slots;
  }

  private static final class Running {
    private final EngineRequest request;
    private final EngineListener listener;
    private final int[] lengths;

    private Running(EngineRequest request, EngineListener listener) {
      this.request = request;
      this.listener = listener;
      this.lengths =
          IntStream.range(0, work().sequences())
              .map(sequence -> request.generated(sequence).size())
              .toArray();
    }

    private Work.Generation work() {
      return (Work.Generation) request.work();
    }

    private Usage usage() {
      return new Usage(work().promptTokens(), IntStream.of(lengths).sum());
    }
  }

  @Override
  public int capacity() {
    return running.size() < slots ? 1 : 0;
  }

  @Override
  public int maximumCapacity() {
    return slots;
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    for (EngineRequest request : batch) {
      running.put(request.id(), new Running(request, listener));
      started.add(request);
    }
  }

  @Override
  public void cancel(long id) {
    Running stopped = running.remove(id);
    if (stopped != null) {
      stopped.listener.done(id, new Outcome.Cancelled(stopped.usage()));
      capacityListener.run();
    }
  }

  @Override
  public void onCapacity(Runnable listener) {
    capacityListener = listener;
  }

  @Override
  public void close() {
    running.clear();
  }

  /** All requests so far, in the order in which they were started. */
  List<EngineRequest> started() {
    return started;
  }

  int running() {
    return running.size();
  }

  /** Each sequence of the n-th of all requests has so many more tokens. */
  void generate(int index, int tokens) {
    Running advancing = running(index);
    for (int count = 0; count < tokens; count++) {
      for (int sequence = 0; sequence < advancing.lengths.length; sequence++) {
        int position = advancing.lengths[sequence]++;
        advancing.listener.progress(
            advancing.request.id(),
            new Progress(sequence, position, new GeneratedToken(position), piece(position)));
      }
    }
  }

  /** The n-th of all requests has all its tokens. */
  void end(int index) {
    Running ended = running(index);
    running.remove(ended.request.id());
    List<Choice> choices =
        IntStream.range(0, ended.lengths.length)
            .mapToObj(
                sequence ->
                    new Choice(sequence, text(ended.lengths[sequence]), null, FinishReason.STOP))
            .toList();
    ended.listener.done(
        ended.request.id(),
        new Outcome.Generated(
            choices, ended.usage(), new Outcome.GenerationTimes(1_000_000, 1_000, 0)));
    capacityListener.run();
  }

  private Running running(int index) {
    Running found = running.get(started.get(index).id());
    if (found == null) {
      throw new AssertionError("request %d does not run".formatted(index));
    }
    return found;
  }

  /** The text of so many tokens. */
  static String text(int tokens) {
    return IntStream.range(0, tokens)
        .mapToObj(SettableTextEngine::piece)
        .collect(Collectors.joining());
  }

  private static String piece(int position) {
    return position + " ";
  }
}
