package dev.millrace.bench.systems;

import dev.millrace.connectors.KafkaConnection;
import dev.millrace.connectors.ReplySink;
import dev.millrace.connectors.RequestSource;
import dev.millrace.connectors.ResultSink;
import dev.millrace.engines.pytorch.HuggingFacePromptEncoders;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.AdmissionRules;
import dev.millrace.operators.admission.AdmitFunction;
import dev.millrace.operators.state.AdmissionTypeInformation;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.SourceRecord;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the baselines have in common with the job of this repository: they read with the same
 * source, understand requests with the same function, and write with the same sinks under the same
 * guarantee. Only what happens in between differs. They have no sink for dead letters: every
 * request of a benchmark can be read, and the baselines are spared its part in each checkpoint.
 */
final class Wiring {
  private final Configuration options;
  private final KafkaConnection kafka;
  private final Workload workload;

  Wiring(BenchContext context) {
    this.options = context.options();
    this.kafka =
        new KafkaConnection(
            context.bootstrapServers(), options.get(MillraceOptions.KAFKA_PROPERTIES));
    this.workload = context.workload();
  }

  StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(options);
  }

  /** The records of the request topic. */
  DataStream<SourceRecord> records(StreamExecutionEnvironment environment) {
    return environment
        .fromSource(
            RequestSource.create(
                kafka,
                options.get(MillraceOptions.REQUESTS_TOPIC),
                options.get(MillraceOptions.KAFKA_GROUP_ID)),
            WatermarkStrategy.noWatermarks(),
            "request-source")
        .uid("request-source");
  }

  /** The requests in them. */
  SingleOutputStreamOperator<Admission> requests(StreamExecutionEnvironment environment) {
    AdmissionRules rules =
        new AdmissionRules(
            workload.catalog(),
            RequestLimits.defaults(),
            Pattern.compile(options.get(MillraceOptions.REPLY_ALLOWED_TOPICS)),
            options.get(MillraceOptions.BATCH_MAX_SIZE));
    return records(environment)
        .process(
            new AdmitFunction(
                rules, () -> topic -> TestBed.PARTITIONS, new HuggingFacePromptEncoders()),
            new AdmissionTypeInformation())
        .name("admit")
        .uid("admit");
  }

  /** Writes answers to the topics that they name, and else to the result topic. */
  void answer(DataStream<OutboundRecord> answers) {
    int maximumBytes = maximumAnswerBytes();
    answers
        .filter(answer -> answer.topic() == null)
        .name("results")
        .uid("results")
        .sinkTo(
            ResultSink.create(
                kafka,
                options.get(MillraceOptions.RESULTS_TOPIC),
                options.get(MillraceOptions.DELIVERY_GUARANTEE),
                options.get(MillraceOptions.KAFKA_TRANSACTIONAL_ID_PREFIX),
                maximumBytes))
        .name("result-sink")
        .uid("result-sink");
    answers
        .filter(answer -> answer.topic() != null)
        .name("replies")
        .uid("replies")
        .sinkTo(ReplySink.create(kafka, maximumBytes))
        .name("reply-sink")
        .uid("reply-sink");
  }

  int maximumAnswerBytes() {
    return (int) options.get(MillraceOptions.RESULT_MAX_BYTES).getBytes();
  }
}
