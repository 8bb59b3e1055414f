package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class InferencePipelineTest {
  @Test
  void everyOperatorHasTheUidThatSavepointsKnowItBy() throws Exception {
    List<String> uids =
        graph(new Configuration()).getStreamNodes().stream()
            .map(StreamNode::getTransformationUID)
            .filter(uid -> uid != null)
            .sorted()
            .toList();

    assertThat(uids)
        .containsExactly(
            "Sink Committer: dead-letter-sink",
            "Sink Committer: result-sink",
            "Sink Committer: task-sink",
            "admit",
            "batch-window",
            "dead-letter-sink",
            "reply-sink",
            "request-source",
            "result-sink",
            "task-sink");
  }

  @Test
  void noOperatorIsWithoutUid() throws Exception {
    assertThat(graph(new Configuration()).getStreamNodes())
        .allSatisfy(
            node -> assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotNull());
  }

  @Test
  void thereAreAsManyLanesAsTheJobCanEverHaveSubtasks() throws Exception {
    assertThat(graph(new Configuration()).getExecutionConfig().getMaxParallelism()).isEqualTo(720);

    Configuration options = new Configuration();
    options.set(PipelineOptions.MAX_PARALLELISM, 128);
    assertThat(graph(options).getExecutionConfig().getMaxParallelism()).isEqualTo(128);
  }

  @Test
  void kryoIsRefused() throws Exception {
    assertThat(graph(new Configuration()).getJobConfiguration()).isNotNull();
    Configuration options = new Configuration();
    StreamExecutionEnvironment environment = environment(options);

    assertThat(environment.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }

  private static StreamGraph graph(Configuration options) throws Exception {
    return environment(options).getStreamGraph();
  }

  private static StreamExecutionEnvironment environment(Configuration options) throws Exception {
    options.set(MillraceOptions.MODELS_REPOSITORY, System.getProperty("millrace.models"));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(options);
    InferencePipeline.build(environment, options);
    return environment;
  }
}
