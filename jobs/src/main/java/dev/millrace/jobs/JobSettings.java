package dev.millrace.jobs;

import dev.millrace.connectors.KafkaConnection;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.operators.queue.TenantWeights;
import dev.millrace.operators.window.AnswerSettings;
import dev.millrace.operators.window.QueueSettings;
import dev.millrace.protocol.RequestLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * The options of a job, read and checked once.
 *
 * @param groupId the consumer group of the source
 * @param maximumRecordBytes of a record that is written, with key and headers
 */
record JobSettings(
    KafkaConnection kafka,
    Topics topics,
    String groupId,
    DeliveryGuarantee guarantee,
    String transactionalIdPrefix,
    Path repository,
    EngineSettings engine,
    RequestLimits limits,
    Pattern replyTopics,
    int maximumBatchRows,
    QueueSettings queue,
    AnswerSettings answers,
    int maximumRecordBytes) {

  /** The topics of a job. */
  record Topics(String requests, String results, String deadLetters, String tasks) {}

  /**
   * Reads the options.
   *
   * @throws IllegalConfigurationException when a value is unusable; the message names the option
   */
  static JobSettings from(ReadableConfig options) {
    return new JobSettings(
        new KafkaConnection(
            options.get(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS),
            options.get(MillraceOptions.KAFKA_PROPERTIES)),
        new Topics(
            options.get(MillraceOptions.REQUESTS_TOPIC),
            options.get(MillraceOptions.RESULTS_TOPIC),
            options.get(MillraceOptions.DEAD_LETTERS_TOPIC),
            options.get(MillraceOptions.TASKS_TOPIC)),
        options.get(MillraceOptions.KAFKA_GROUP_ID),
        guarantee(options),
        options.get(MillraceOptions.KAFKA_TRANSACTIONAL_ID_PREFIX),
        Path.of(options.get(MillraceOptions.MODELS_REPOSITORY)),
        engine(options),
        new RequestLimits(
            bytes(options, MillraceOptions.REQUEST_MAX_BYTES, 1),
            atLeast(options, MillraceOptions.REQUEST_MAX_ELEMENTS, 1L),
            atLeast(options, MillraceOptions.REQUEST_MAX_NESTING, 4)),
        replyTopics(options),
        atLeast(options, MillraceOptions.BATCH_MAX_SIZE, 1),
        queue(options),
        answers(options),
        bytes(options, MillraceOptions.RESULT_MAX_BYTES, 16 << 10));
  }

  private static QueueSettings queue(ReadableConfig options) {
    return new QueueSettings(
        tenantWeights(options),
        atLeast(options, MillraceOptions.QUEUE_AGEING, Duration.ZERO),
        atLeast(options, MillraceOptions.QUEUE_MAX_PENDING, 1),
        maximumPerTenant(options),
        options.get(MillraceOptions.QUEUE_OVERFLOW),
        options.get(MillraceOptions.QUEUE_HEAP_SIZE).getBytes());
  }

  private static int maximumPerTenant(ReadableConfig options) {
    ConfigOption<Integer> option = MillraceOptions.QUEUE_MAX_PENDING_PER_TENANT;
    return options.getOptional(option).isEmpty() ? Integer.MAX_VALUE : atLeast(options, option, 1);
  }

  private static TenantWeights tenantWeights(ReadableConfig options) {
    Map<String, Double> weights = new HashMap<>();
    options
        .get(MillraceOptions.QUEUE_TENANT_WEIGHTS)
        .forEach(
            (tenant, weight) -> {
              try {
                weights.put(tenant, Double.valueOf(weight));
              } catch (NumberFormatException e) {
                throw invalid(
                    MillraceOptions.QUEUE_TENANT_WEIGHTS,
                    "weight '%s' of tenant '%s' is not a number".formatted(weight, tenant));
              }
            });
    try {
      return new TenantWeights(weights);
    } catch (IllegalArgumentException e) {
      throw invalid(MillraceOptions.QUEUE_TENANT_WEIGHTS, String.valueOf(e.getMessage()));
    }
  }

  private static AnswerSettings answers(ReadableConfig options) {
    Duration dedupTtl = options.getOptional(MillraceOptions.DEDUP_TTL).orElse(null);
    Duration taskDedupTtl = options.get(MillraceOptions.TASKS_DEDUP_TTL);
    if (dedupTtl != null) {
      requirePositive(MillraceOptions.DEDUP_TTL, dedupTtl);
    }
    requirePositive(MillraceOptions.TASKS_DEDUP_TTL, taskDedupTtl);
    return new AnswerSettings(
        bytes(options, MillraceOptions.RESULT_MAX_BYTES, 16 << 10),
        options.get(MillraceOptions.ORDER),
        dedupTtl,
        taskDedupTtl,
        atLeast(options, MillraceOptions.CACHE_MAX_ENTRIES, 1));
  }

  private static void requirePositive(ConfigOption<Duration> option, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw invalid(option, value + " is not positive");
    }
  }

  private static DeliveryGuarantee guarantee(ReadableConfig options) {
    DeliveryGuarantee guarantee = options.get(MillraceOptions.DELIVERY_GUARANTEE);
    if (guarantee == DeliveryGuarantee.NONE) {
      throw invalid(
          MillraceOptions.DELIVERY_GUARANTEE,
          "none would lose results; choose exactly-once or at-least-once");
    }
    return guarantee;
  }

  private static EngineSettings engine(ReadableConfig options) {
    try {
      return new EngineSettings(
          options.get(MillraceOptions.ENGINE_DEVICE), options.get(MillraceOptions.ENGINE_STREAMS));
    } catch (IllegalArgumentException e) {
      throw new IllegalConfigurationException(
          "millrace.engine.device or millrace.engine.streams: " + e.getMessage(), e);
    }
  }

  private static Pattern replyTopics(ReadableConfig options) {
    String expression = options.get(MillraceOptions.REPLY_ALLOWED_TOPICS);
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw invalid(
          MillraceOptions.REPLY_ALLOWED_TOPICS,
          "'%s' is no regular expression: %s".formatted(expression, e.getDescription()));
    }
  }

  private static int bytes(ReadableConfig options, ConfigOption<MemorySize> option, int least) {
    long bytes = options.get(option).getBytes();
    if (bytes < least || bytes > Integer.MAX_VALUE) {
      throw invalid(
          option, "%d bytes is not between %d and %d".formatted(bytes, least, Integer.MAX_VALUE));
    }
    return (int) bytes;
  }

  private static <T extends Comparable<T>> T atLeast(
      ReadableConfig options, ConfigOption<T> option, T least) {
    T value = options.get(option);
    if (value.compareTo(least) < 0) {
      throw invalid(option, "%s is less than %s".formatted(value, least));
    }
    return value;
  }

  private static IllegalConfigurationException invalid(ConfigOption<?> option, String problem) {
    return new IllegalConfigurationException(option.key() + ": " + problem);
  }
}
