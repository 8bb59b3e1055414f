package dev.millrace.engines.repository;

import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TextModelSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code serving.properties} of a model version: DJL Serving's own keys, and Millrace's under
 * {@code millrace.}. A version without the file has all defaults.
 */
final class ServingProperties {
  private static final String FILE_NAME = "serving.properties";
  private static final String ENGINE = "PyTorch";
  private static final String TEXT_GENERATION = "text-generation";

  /** DJL Serving's default. */
  private static final int DEFAULT_BATCH_SIZE = 1;

  private final PropertyValues values;

  private ServingProperties(PropertyValues values) {
    this.values = values;
  }

  static ServingProperties read(Path directory) throws InvalidModelException {
    ServingProperties read =
        new ServingProperties(PropertyValues.read(directory.resolve(FILE_NAME)));
    read.requireEngine();
    return read;
  }

  private void requireEngine() throws InvalidModelException {
    String engine = values.getOrDefault("engine", ENGINE);
    if (!engine.equals(ENGINE)) {
      throw values.invalid("engine", "'%s' is not served here, only %s".formatted(engine, ENGINE));
    }
  }

  ModelSignature signature() throws InvalidModelException {
    return new TensorProperties(values).signature();
  }

  /** What is particular to a text model; null when it is none. */
  @Nullable TextModelSpec text(Path directory) throws InvalidModelException {
    return TEXT_GENERATION.equals(values.get("option.task"))
        ? new TextProperties(values).read(directory)
        : null;
  }

  Optional<String> modelName() {
    return Optional.ofNullable(values.get("option.modelName"));
  }

  /**
   * How the model is to be served.
   *
   * @param batchable whether its signature allows more than one request at a time
   */
  ServingPolicy policy(boolean batchable) throws InvalidModelException {
    int batchSize = values.positive("batch_size", DEFAULT_BATCH_SIZE);
    return new ServingPolicy(
        batchable ? batchSize : 1,
        preferredBatchSizes(batchSize),
        linger(),
        values.positive("job_queue_size", ServingPolicy.UNBOUNDED),
        values.positive("millrace.default_priority_level", ServingPolicy.DEFAULT_PRIORITY),
        duration("millrace.default_timeout"),
        duration("millrace.cache_ttl"));
  }

  private List<Integer> preferredBatchSizes(int largest) throws InvalidModelException {
    String key = "millrace.preferred_batch_sizes";
    String value = values.getOrDefault(key, "");
    List<Integer> sizes =
        values.parse(
            key,
            value,
            "a list of integers such as 8,16,32",
            text -> PropertyValues.list(text).stream().map(Integer::valueOf).toList());
    for (int size : sizes) {
      if (size < 1 || size > largest) {
        throw values.invalid(
            key, "%d is not between 1 and the batch_size %d".formatted(size, largest));
      }
    }
    return sizes;
  }

  /** DJL Serving's key: milliseconds. */
  private Duration linger() throws InvalidModelException {
    String key = "max_batch_delay";
    long milliseconds =
        values.parse(
            key, values.getOrDefault(key, "0"), "a number of milliseconds", Long::parseLong);
    if (milliseconds < 0) {
      throw values.invalid(key, "'%d' is negative".formatted(milliseconds));
    }
    return Duration.ofMillis(milliseconds);
  }

  private @Nullable Duration duration(String key) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      return null;
    }
    // As ISO 8601 has it, without the letters that would be the same for all.
    Duration duration =
        values.parse(
            key,
            value,
            "a duration such as 500ms, 0.5s, 10m or 2h",
            text ->
                text.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                    : Duration.parse("PT" + text));
    if (duration.isNegative() || duration.isZero()) {
      throw values.invalid(key, "'%s' is not positive".formatted(value));
    }
    return duration;
  }

  Map<String, String> asMap() {
    return values.asMap();
  }
}
