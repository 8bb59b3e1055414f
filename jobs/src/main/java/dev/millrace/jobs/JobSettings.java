package dev.millrace.jobs;

import dev.millrace.connectors.KafkaConnection;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.protocol.RequestLimits;
import java.nio.file.Path;
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
 * @param maximumPending of a task
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
    int maximumPending,
    int maximumRecordBytes) {

  /** The topics of a job. */
  record Topics(String requests, String results, String deadLetters) {}

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
            options.get(MillraceOptions.DEAD_LETTERS_TOPIC)),
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
        atLeast(options, MillraceOptions.QUEUE_MAX_PENDING, 1),
        bytes(options, MillraceOptions.RESULT_MAX_BYTES, 16 << 10));
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
