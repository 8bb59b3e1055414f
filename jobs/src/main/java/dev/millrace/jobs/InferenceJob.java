package dev.millrace.jobs;

import dev.millrace.engines.repository.InvalidModelException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * The main class of the job jar: the same on a mini cluster, a standalone cluster and Kubernetes.
 */
public final class InferenceJob {
  /** The name under which the job runs. */
  public static final String NAME = "millrace";

  private InferenceJob() {}

  /**
   * Submits the job.
   *
   * @param arguments options as {@code --millrace.batch.max-size 64}, over those of {@code
   *     config.yaml} and {@code -D}
   * @throws InvalidModelException when a model cannot be served; nothing has been submitted then
   * @throws IllegalConfigurationException when an option is unusable; nothing has been submitted
   *     then
   */
  public static void main(String[] arguments) throws Exception {
    Configuration overrides = Configuration.fromMap(ParameterTool.fromArgs(arguments).toMap());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(overrides);
    Configuration options = Configuration.fromMap(environment.getConfiguration().toMap());
    options.addAll(overrides);
    InferencePipeline.build(environment, options);
    CheckpointDirectory.requireWritable(options);
    environment.execute(NAME);
  }
}
