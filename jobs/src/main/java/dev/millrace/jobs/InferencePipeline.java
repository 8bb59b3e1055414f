package dev.millrace.jobs;

import dev.millrace.connectors.DeadLetterSink;
import dev.millrace.connectors.KafkaConnection;
import dev.millrace.connectors.ReplySink;
import dev.millrace.connectors.RequestSource;
import dev.millrace.connectors.ResultSink;
import dev.millrace.connectors.TaskSink;
import dev.millrace.connectors.TopicPartitions;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.pytorch.HuggingFacePromptEncoders;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.AdmissionRules;
import dev.millrace.operators.admission.AdmitFunction;
import dev.millrace.operators.admission.ReplyTopics;
import dev.millrace.operators.lanes.LaneRouting;
import dev.millrace.operators.lanes.Lanes;
import dev.millrace.operators.state.AdmissionTypeInformation;
import dev.millrace.operators.window.BatchWindowOperator;
import dev.millrace.operators.window.BatchWindowOperatorFactory;
import dev.millrace.operators.window.WindowSettings;
import dev.millrace.protocol.OutboundRecord;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job graph.
 *
 * <pre>
 *   request-source ─► admit ─► key by lane ─► batch-window ─► result-sink
 *                       └─► dead-letter-sink        ├─► reply-sink
 *                                                   └─► task-sink
 * </pre>
 */
public final class InferencePipeline {
  /**
   * Lanes, and so the most that a job can ever be scaled to, unless {@code
   * pipeline.max-parallelism} says otherwise.
   */
  static final int DEFAULT_MAX_PARALLELISM = 720;

  /** Exactly-once results become visible with a checkpoint, so a job must have some. */
  private static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

  /** Flink's name for checkpoints in files. */
  private static final String FILE_SYSTEM_STORAGE = "filesystem";

  private InferencePipeline() {}

  /**
   * Adds the job to an environment, scoring with PyTorch.
   *
   * @throws InvalidModelException when a model of the repository cannot be served
   * @throws org.apache.flink.configuration.IllegalConfigurationException when an option is unusable
   */
  public static void build(StreamExecutionEnvironment environment, ReadableConfig options)
      throws InvalidModelException {
    JobSettings settings = JobSettings.from(options);
    ModelCatalog catalog = ModelRepository.load(settings.repository());
    build(environment, options, catalog, new PyTorchEngineProvider(settings.engine()));
  }

  /**
   * Adds the job to an environment, with these models and engines. Prompts are encoded as the
   * models' tokenizers say.
   *
   * @throws org.apache.flink.configuration.IllegalConfigurationException when an option is unusable
   */
  public static void build(
      StreamExecutionEnvironment environment,
      ReadableConfig options,
      ModelCatalog catalog,
      EngineProvider engines) {
    JobSettings settings = JobSettings.from(options);
    environment.configure(required(options));
    Lanes lanes = new Lanes(environment.getMaxParallelism());

    SingleOutputStreamOperator<Admission> admitted = admit(environment, settings, catalog);
    admitted
        .getSideOutput(AdmitFunction.DEAD_LETTERS)
        .sinkTo(
            DeadLetterSink.create(
                settings.kafka(),
                settings.topics().deadLetters(),
                settings.guarantee(),
                settings.transactionalIdPrefix(),
                settings.maximumRecordBytes()))
        .name("dead-letter-sink")
        .uid("dead-letter-sink");

    SingleOutputStreamOperator<OutboundRecord> answers =
        admitted
            .keyBy(new LaneRouting(lanes, settings.answers().order()), Types.INT)
            .transform(
                "batch-window",
                TypeInformation.of(OutboundRecord.class),
                new BatchWindowOperatorFactory(
                    new WindowSettings(
                        catalog.all(),
                        engines,
                        settings.maximumBatchRows(),
                        settings.queue(),
                        settings.answers())))
            .uid("batch-window");
    answers
        .sinkTo(
            ResultSink.create(
                settings.kafka(),
                settings.topics().results(),
                settings.guarantee(),
                settings.transactionalIdPrefix(),
                settings.maximumRecordBytes()))
        .name("result-sink")
        .uid("result-sink");
    answers
        .getSideOutput(BatchWindowOperator.REPLIES)
        .sinkTo(ReplySink.create(settings.kafka(), settings.maximumRecordBytes()))
        .name("reply-sink")
        .uid("reply-sink");
    answers
        .getSideOutput(BatchWindowOperator.TASKS)
        .sinkTo(
            TaskSink.create(
                settings.kafka(),
                settings.topics().tasks(),
                settings.guarantee(),
                settings.transactionalIdPrefix(),
                settings.maximumRecordBytes()))
        .name("task-sink")
        .uid("task-sink");
  }

  private static SingleOutputStreamOperator<Admission> admit(
      StreamExecutionEnvironment environment, JobSettings settings, ModelCatalog catalog) {
    AdmissionRules rules =
        new AdmissionRules(
            catalog, settings.limits(), settings.replyTopics(), settings.maximumBatchRows());
    KafkaConnection kafka = settings.kafka();
    return environment
        .fromSource(
            RequestSource.create(kafka, settings.topics().requests(), settings.groupId()),
            WatermarkStrategy.noWatermarks(),
            "request-source")
        .uid("request-source")
        .process(
            new AdmitFunction(rules, () -> replyTopics(kafka), new HuggingFacePromptEncoders()),
            new AdmissionTypeInformation())
        .name("admit")
        .uid("admit");
  }

  private static ReplyTopics replyTopics(KafkaConnection kafka) {
    TopicPartitions partitions = new TopicPartitions(kafka);
    return new ReplyTopics() {
      @Override
      public int partitions(String topic) {
        return partitions.partitions(topic);
      }

      @Override
      public void close() {
        partitions.close();
      }
    };
  }

  /**
   * What the job needs whatever the cluster's configuration says, and what it takes where that says
   * nothing.
   */
  private static Configuration required(ReadableConfig options) {
    Configuration required = new Configuration();
    // A type that falls back to Kryo could not be migrated by a later release.
    required.set(PipelineOptions.GENERIC_TYPES, false);
    // Everything that flows here is immutable.
    required.set(PipelineOptions.OBJECT_REUSE, true);
    required.set(
        PipelineOptions.MAX_PARALLELISM,
        options.getOptional(PipelineOptions.MAX_PARALLELISM).orElse(DEFAULT_MAX_PARALLELISM));
    required.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL,
        options
            .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
            .orElse(DEFAULT_CHECKPOINT_INTERVAL));
    if (storesCheckpointsInFiles(options)) {
      required.set(
          CheckpointingOptions.CHECKPOINT_STORAGE,
          PatientCheckpointStorage.Factory.class.getName());
    }
    return required;
  }

  private static boolean storesCheckpointsInFiles(ReadableConfig options) {
    return options.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).isPresent()
        && options
            .getOptional(CheckpointingOptions.CHECKPOINT_STORAGE)
            .map(FILE_SYSTEM_STORAGE::equals)
            .orElse(true);
  }
}
