package dev.millrace.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.window.Overflow;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.util.TimeUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MillraceOptionsTest {
  /**
   * Users have these in their files: a name or a default changes only on purpose, and then here
   * too.
   */
  @Test
  void namesAndDefaultsAreKept() throws Exception {
    Map<String, String> options = new TreeMap<>();
    for (Field field : MillraceOptions.class.getFields()) {
      assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
      ConfigOption<?> option = (ConfigOption<?>) field.get(null);
      assertThat(option.description()).as(option.key()).isNotNull();
      options.put(option.key(), String.valueOf(option.defaultValue()));
    }

    assertThat(options)
        .containsExactly(
            Map.entry("millrace.batch.max-size", "1024"),
            Map.entry("millrace.cache.max-entries", "100000"),
            Map.entry("millrace.checkpoints.outage-timeout", "PT10M"),
            Map.entry("millrace.dedup.ttl", "null"),
            Map.entry("millrace.delivery-guarantee", "exactly-once"),
            Map.entry("millrace.engine.device", "auto"),
            Map.entry("millrace.engine.streams", "0"),
            Map.entry("millrace.kafka.bootstrap-servers", "127.0.0.1:9092"),
            Map.entry("millrace.kafka.group-id", "millrace"),
            Map.entry("millrace.kafka.properties", "{}"),
            Map.entry("millrace.kafka.transactional-id-prefix", "millrace"),
            Map.entry("millrace.models.repository", "models"),
            Map.entry("millrace.order", "none"),
            Map.entry("millrace.queue.ageing", "PT30S"),
            Map.entry("millrace.queue.heap-size", "32 mb"),
            Map.entry("millrace.queue.max-pending", "10000"),
            Map.entry("millrace.queue.max-pending-per-tenant", "null"),
            Map.entry("millrace.queue.overflow", "back-pressure"),
            Map.entry("millrace.queue.tenant-weights", "{}"),
            Map.entry("millrace.reply.allowed-topics", "millrace\\.replies.*"),
            Map.entry("millrace.request.max-bytes", "8 mb"),
            Map.entry("millrace.request.max-elements", "16777216"),
            Map.entry("millrace.request.max-nesting", "32"),
            Map.entry("millrace.result.max-bytes", "1000000 bytes"),
            Map.entry("millrace.tasks.dedup-ttl", "PT1H"),
            Map.entry("millrace.topics.dead-letters", "millrace.dead-letters"),
            Map.entry("millrace.topics.requests", "millrace.requests"),
            Map.entry("millrace.topics.results", "millrace.results"),
            Map.entry("millrace.topics.tasks", "millrace.tasks"));
  }

  @Test
  void theManualHasEveryOptionWithItsDefault() throws Exception {
    String manual =
        Files.readString(Path.of(System.getProperty("millrace.home"), "docs", "configuration.md"));
    for (Field field : MillraceOptions.class.getFields()) {
      ConfigOption<?> option = (ConfigOption<?>) field.get(null);
      assertThat(manual).contains(rowOf(option));
    }
  }

  private static String rowOf(ConfigOption<?> option) {
    Object value = option.defaultValue();
    if (value instanceof Map) {
      return "| `%s.*` |".formatted(option.key());
    }
    if (value == null) {
      return "| `%s` | none |".formatted(option.key());
    }
    return "| `%s` | `%s` |"
        .formatted(
            option.key(),
            value instanceof Duration duration ? TimeUtils.formatWithHighestUnit(duration) : value);
  }

  @ParameterizedTest
  @CsvSource({
    "millrace.batch.max-size,0",
    "millrace.queue.max-pending,0",
    "millrace.delivery-guarantee,none",
    "millrace.result.max-bytes,10 bytes",
    "millrace.request.max-bytes,3 gb",
    "millrace.reply.allowed-topics,(",
    "millrace.engine.device,tpu",
    "millrace.queue.max-pending-per-tenant,0",
    "millrace.queue.tenant-weights,acme:much",
    "millrace.queue.tenant-weights,acme:-1",
    "millrace.dedup.ttl,0 s",
    "millrace.tasks.dedup-ttl,0 s",
    "millrace.cache.max-entries,0",
  })
  void anUnusableValueIsReportedWithItsOption(String key, String value) {
    Configuration options = Configuration.fromMap(Map.of(key, value));

    assertThatThrownBy(() -> JobSettings.from(options))
        .isInstanceOf(IllegalConfigurationException.class)
        .hasMessageContaining(key);
  }

  /** Flink's own message: the key, the value and what it takes. */
  @ParameterizedTest
  @CsvSource({
    "millrace.queue.overflow,explode",
    "millrace.queue.ageing,-1 s",
    "millrace.order,sideways",
  })
  void aValueOfAnotherKindIsReportedWithItsOption(String key, String value) {
    Configuration options = Configuration.fromMap(Map.of(key, value));

    assertThatThrownBy(() -> JobSettings.from(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value);
  }

  @Test
  void optionsAreWrittenAsTheManualWritesThem() {
    JobSettings settings =
        JobSettings.from(
            Configuration.fromMap(
                Map.of(
                    "millrace.queue.overflow", "drop-lowest-priority",
                    "millrace.queue.tenant-weights.acme", "3",
                    "millrace.order", "key",
                    "millrace.dedup.ttl", "10 min",
                    "millrace.tasks.dedup-ttl", "1 d")));

    assertThat(settings.queue().overflow()).isEqualTo(Overflow.DROP_LOWEST_PRIORITY);
    assertThat(settings.queue().weights().weights()).containsEntry("acme", 3.0);
    assertThat(settings.answers().order()).isEqualTo(Order.KEY);
    assertThat(settings.answers().dedupTtl()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.answers().taskDedupTtl()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void kafkaPropertiesPassThrough() {
    Configuration options =
        Configuration.fromMap(
            Map.of(
                "millrace.kafka.properties.security.protocol", "SASL_SSL",
                "millrace.kafka.properties.sasl.mechanism", "PLAIN"));

    assertThat(JobSettings.from(options).kafka().properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "PLAIN");
  }
}
