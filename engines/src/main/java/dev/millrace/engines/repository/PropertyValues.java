package dev.millrace.engines.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a properties file, read so that a message says which key of which file is wrong.
 */
final class PropertyValues {
  private final Path file;
  private final Map<String, String> values;

  private PropertyValues(Path file, Map<String, String> values) {
    this.file = file;
    this.values = values;
  }

  /** Reads a file; one that does not exist holds nothing. */
  static PropertyValues read(Path file) throws InvalidModelException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new InvalidModelException("%s: cannot be read: %s".formatted(file, e), e);
      }
    }
    return new PropertyValues(
        file,
        properties.stringPropertyNames().stream()
            .collect(
                Collectors.toMap(
                    Function.identity(), key -> properties.getProperty(key, "").strip())));
  }

  @Nullable String get(String key) {
    return values.get(key);
  }

  String getOrDefault(String key, String otherwise) {
    return values.getOrDefault(key, otherwise);
  }

  String required(String key) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      throw invalid(key, "is missing");
    }
    return value;
  }

  int positive(String key, int otherwise) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    int number = parse(key, value, "a positive integer", Integer::parseInt);
    if (number < 1) {
      throw invalid(key, "'%s' is not a positive integer".formatted(value));
    }
    return number;
  }

  int notNegative(String key, int otherwise) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    int number = parse(key, value, "an integer from 0", Integer::parseInt);
    if (number < 0) {
      throw invalid(key, "'%s' is not an integer from 0".formatted(value));
    }
    return number;
  }

  boolean flag(String key, boolean otherwise) throws InvalidModelException {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.equals("true") && !value.equals("false")) {
      throw invalid(key, "'%s' is neither true nor false".formatted(value));
    }
    return value.equals("true");
  }

  <T> T parse(String key, String value, String expected, Function<String, T> parser)
      throws InvalidModelException {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new InvalidModelException(message(key, "'%s' is not %s".formatted(value, expected)), e);
    }
  }

  /** The parts of a comma-separated list, as they stand; none of an empty value. */
  static List<String> list(String value) {
    return value.isEmpty()
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(String::strip).toList();
  }

  InvalidModelException invalid(String key, String problem) {
    return new InvalidModelException(message(key, problem));
  }

  /** What a record refused with this exception, whose message says why. */
  InvalidModelException invalid(String key, IllegalArgumentException cause) {
    return new InvalidModelException(message(key, String.valueOf(cause.getMessage())), cause);
  }

  private String message(String key, String problem) {
    return "%s: %s: %s".formatted(file, key, problem);
  }

  Map<String, String> asMap() {
    return values;
  }
}
