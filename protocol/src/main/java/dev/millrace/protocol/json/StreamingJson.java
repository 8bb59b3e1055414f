package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;

/** How JSON is parsed and written here. */
final class StreamingJson {
  /** How deep a result may be nested, with the fields that others may have added. */
  static final int RESULT_NESTING = 100;

  private StreamingJson() {}

  /**
   * A factory for parsers that take UTF-8 only, refuse duplicate names and deep nesting, and leave
   * the length of numbers, names and texts to the limit on the whole. They let NaN and the
   * infinities through: those who read a number refuse them with a better message.
   *
   * <p>Names are not interned, since they come from outside and interned strings stay for long.
   */
  static JsonFactory factory(int maximumNesting) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maximumNesting)
                .maxNumberLength(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .build();
  }
}
