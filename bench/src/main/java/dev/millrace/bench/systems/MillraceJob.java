package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.jobs.InferencePipeline;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job of this repository. */
final class MillraceJob implements SystemUnderTest {
  @Override
  public String name() {
    return "millrace";
  }

  @Override
  public String setting() {
    return "";
  }

  @Override
  public Running start(BenchContext context) throws BenchmarkException, InterruptedException {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(context.options());
    try {
      InferencePipeline.build(
          environment,
          context.options(),
          context.workload().catalog(),
          context.workload().engines());
    } catch (IllegalConfigurationException e) {
      throw new BenchmarkException(String.valueOf(e.getMessage()), e);
    }
    return context.flink().run(environment, name());
  }
}
