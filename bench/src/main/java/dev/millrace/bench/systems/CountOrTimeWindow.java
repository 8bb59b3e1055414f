package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.state.AdmissionTypeInformation;
import dev.millrace.protocol.OutboundRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ListTypeInfo;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.triggers.ProcessingTimeoutTrigger;
import org.apache.flink.streaming.api.windowing.triggers.PurgingTrigger;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * What somebody who knows Flink would write: keyed windows that are closed by their count or some
 * time after their first request, whichever comes first, out of Flink's own triggers, and {@code
 * AsyncDataStream} over the batches.
 *
 * <p>The baseline is favoured in its keys. By the keys of requests, or by as many lanes as Millrace
 * has, a window would hold every 720th request and hardly ever fill; here a task has exactly one
 * window, and requests are spread evenly over the tasks.
 */
final class CountOrTimeWindow implements SystemUnderTest {
  /** Batches that a task has under way: enough that no stream of the engine ever waits for one. */
  private static final int BATCHES_UNDER_WAY = 4;

  private final int size;
  private final Duration delay;

  /**
   * @param size how many requests make a batch
   * @param delay how long after its first request a batch is closed that is not full
   */
  CountOrTimeWindow(int size, Duration delay) {
    this.size = size;
    this.delay = delay;
  }

  @Override
  public String name() {
    return "window";
  }

  @Override
  public String setting() {
    return "%d requests or %d ms".formatted(size, delay.toMillis());
  }

  @Override
  public Running start(BenchContext context) throws BenchmarkException, InterruptedException {
    Wiring wiring = new Wiring(context);
    StreamExecutionEnvironment environment = wiring.environment();
    OneKeyPerTask keys =
        OneKeyPerTask.of(environment.getParallelism(), environment.getMaxParallelism());
    DataStream<List<Admission>> batches =
        wiring
            .requests(environment)
            .keyBy(admission -> keys.keyOf(admission.envelope().source()), Types.INT)
            .window(GlobalWindows.create())
            .trigger(
                PurgingTrigger.of(
                    ProcessingTimeoutTrigger.of(CountTrigger.of(size), delay, false, true)))
            .apply(new Collect(), new ListTypeInfo<>(new AdmissionTypeInformation()))
            .name("window")
            .uid("window");
    Scoring scoring = new Scoring(context.workload(), wiring.maximumAnswerBytes());
    wiring.answer(
        AsyncDataStream.unorderedWait(
                batches,
                new ScoreFunction.Batch(scoring),
                Scoring.TIMEOUT.toSeconds(),
                TimeUnit.SECONDS,
                BATCHES_UNDER_WAY)
            .returns(TypeInformation.of(OutboundRecord.class))
            .name("score")
            .uid("score"));
    return context.flink().run(environment, name());
  }

  /** The window's requests as one batch. */
  private static final class Collect
      implements WindowFunction<Admission, List<Admission>, Integer, GlobalWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void apply(
        Integer key,
        GlobalWindow window,
        Iterable<Admission> requests,
        Collector<List<Admission>> out) {
      List<Admission> batch = new ArrayList<>();
      requests.forEach(batch::add);
      out.collect(batch);
    }
  }
}
