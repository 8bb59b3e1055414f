package dev.millrace.engines.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code serving.properties} of a model version: DJL Serving's own keys, and Millrace's under
 * {@code millrace.}. A version without the file has all defaults.
 */
final class ServingProperties {
  private static final String FILE_NAME = "serving.properties";
  private static final String ENGINE = "PyTorch";

  /** DJL Serving's default. */
  private static final int DEFAULT_BATCH_SIZE = 1;

  private final Path file;
  private final Map<String, String> values;

  private ServingProperties(Path file, Map<String, String> values) {
    this.file = file;
    this.values = values;
  }

  static ServingProperties read(Path directory) throws InvalidModelException {
    Path file = directory.resolve(FILE_NAME);
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new InvalidModelException("%s: cannot be read: %s".formatted(file, e), e);
      }
    }
    ServingProperties read =
        new ServingProperties(
            file,
            properties.stringPropertyNames().stream()
                .collect(
                    Collectors.toMap(
                        Function.identity(), key -> properties.getProperty(key, "").strip())));
    read.requireEngine();
    return read;
  }

  private void requireEngine() throws InvalidModelException {
    String engine = values.getOrDefault("engine", ENGINE);
    if (!engine.equals(ENGINE)) {
      throw invalid("engine", "'%s' is not served here, only %s".formatted(engine, ENGINE), null);
    }
  }

  ModelSignature signature() throws InvalidModelException {
    return new ModelSignature(
        tensors("millrace.inputs", "millrace.input."),
        tensors("millrace.outputs", "millrace.output."));
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
    int batchSize = positive("batch_size", DEFAULT_BATCH_SIZE);
    return new ServingPolicy(
        batchable ? batchSize : 1,
        preferredBatchSizes(batchSize),
        linger(),
        positive("job_queue_size", ServingPolicy.UNBOUNDED),
        positive("millrace.default_priority_level", ServingPolicy.DEFAULT_PRIORITY),
        duration("millrace.default_timeout"),
        duration("millrace.cache_ttl"));
  }

  private List<Integer> preferredBatchSizes(int largest) throws InvalidModelException {
    String key = "millrace.preferred_batch_sizes";
    String value = values.getOrDefault(key, "");
    List<Integer> sizes =
        parse(key, value, "a list of integers such as 8,16,32", ServingProperties::integers);
    for (int size : sizes) {
      if (size < 1 || size > largest) {
        throw invalid(
            key, "%d is not between 1 and the batch_size %d".formatted(size, largest), null);
      }
    }
    return sizes;
  }

  private static List<Integer> integers(String list) {
    return list.isEmpty()
        ? List.of()
        : Arrays.stream(list.split(",", -1)).map(String::strip).map(Integer::valueOf).toList();
  }

  /** DJL Serving's key: milliseconds. */
  private Duration linger() throws InvalidModelException {
    String key = "max_batch_delay";
    long milliseconds =
        parse(key, values.getOrDefault(key, "0"), "a number of milliseconds", Long::parseLong);
    if (milliseconds < 0) {
      throw invalid(key, "'%d' is negative".formatted(milliseconds), null);
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
        parse(
            key,
            value,
            "a duration such as 500ms, 0.5s, 10m or 2h",
            text ->
                text.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                    : Duration.parse("PT" + text));
    if (duration.isNegative() || duration.isZero()) {
      throw invalid(key, "'%s' is not positive".formatted(value), null);
    }
    return duration;
  }

  Map<String, String> asMap() {
    return values;
  }

  private int positive(String key, int otherwise) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    int number = parse(key, value, "a positive integer", Integer::parseInt);
    if (number < 1) {
      throw invalid(key, "'%s' is not a positive integer".formatted(value), null);
    }
    return number;
  }

  private List<TensorSpec> tensors(String namesKey, String prefix) throws InvalidModelException {
    String value = values.getOrDefault(namesKey, "");
    List<String> names =
        Arrays.stream(value.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw invalid(namesKey, "'%s' names a tensor twice".formatted(value), null);
    }
    List<TensorSpec> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(tensor(name, prefix + name + ".datatype", prefix + name + ".shape"));
    }
    return tensors;
  }

  private TensorSpec tensor(String name, String datatypeKey, String shapeKey)
      throws InvalidModelException {
    Datatype datatype =
        parse(
            datatypeKey,
            required(datatypeKey),
            "one of " + Arrays.toString(Datatype.values()),
            Datatype::valueOf);
    return parse(
        shapeKey,
        required(shapeKey),
        "a shape such as -1,3,224,224, with -1 for what varies",
        shape -> new TensorSpec(name, datatype, dimensions(shape)));
  }

  private static List<Long> dimensions(String shape) {
    return shape.isEmpty()
        ? List.of()
        : Arrays.stream(shape.split(",", -1)).map(String::strip).map(Long::valueOf).toList();
  }

  private String required(String key) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      throw invalid(key, "is missing", null);
    }
    return value;
  }

  private <T> T parse(String key, String value, String expected, Function<String, T> parser)
      throws InvalidModelException {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw invalid(key, "'%s' is not %s".formatted(value, expected), e);
    }
  }

  private InvalidModelException invalid(String key, String problem, @Nullable Exception cause) {
    String message = "%s: %s: %s".formatted(file, key, problem);
    return cause == null
        ? new InvalidModelException(message)
        : new InvalidModelException(message, cause);
  }
}
