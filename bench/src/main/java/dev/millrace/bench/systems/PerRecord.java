package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.operators.admission.Admission;
import dev.millrace.protocol.OutboundRecord;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What Flink's documentation says of calling something slow: {@code AsyncDataStream}, unordered,
 * with one request a call. The engine never sees two requests together.
 */
final class PerRecord implements SystemUnderTest {
  private final int capacity;

  /**
   * @param capacity how many requests a task has under way
   */
  PerRecord(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public String name() {
    return "per-record";
  }

  @Override
  public String setting() {
    return "capacity %d".formatted(capacity);
  }

  @Override
  public Running start(BenchContext context) throws BenchmarkException, InterruptedException {
    Wiring wiring = new Wiring(context);
    StreamExecutionEnvironment environment = wiring.environment();
    DataStream<Admission> requests = wiring.requests(environment);
    Scoring scoring = new Scoring(context.workload(), wiring.maximumAnswerBytes());
    wiring.answer(
        AsyncDataStream.unorderedWait(
                requests,
                new ScoreFunction.One(scoring),
                Scoring.TIMEOUT.toSeconds(),
                TimeUnit.SECONDS,
                capacity)
            .returns(TypeInformation.of(OutboundRecord.class))
            .name("score")
            .uid("score"));
    return context.flink().run(environment, name());
  }
}
