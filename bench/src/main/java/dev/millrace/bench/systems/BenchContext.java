package dev.millrace.bench.systems;

import dev.millrace.jobs.MillraceOptions;
import org.apache.flink.configuration.Configuration;

/**
 * What a system is started with.
 *
 * @param workload what is asked
 * @param topics fresh ones, four partitions each
 * @param options of Flink and Millrace: {@code flink-conf/local/config.yaml}, the broker, the
 *     topics, and over them what users and the benchmark set. Also {@code
 *     millrace.delivery-guarantee} holds for every system.
 * @param flink runs jobs
 */
public record BenchContext(
    Workload workload, RunTopics topics, Configuration options, FlinkCluster flink) {
  /** The broker. */
  public String bootstrapServers() {
    return options.get(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS);
  }
}
