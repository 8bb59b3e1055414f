package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.Test;

class ProducerPropertiesTest {
  @Test
  void waitsForAllReplicasWhateverTheUserSays() {
    assertThat(properties(Map.of("acks", "1"), 10)).containsEntry("acks", "all");
  }

  @Test
  void keepsTransactionsWithinWhatABrokerAllows() {
    assertThat(properties(Map.of(), 10)).containsEntry("transaction.timeout.ms", "900000");
    assertThat(properties(Map.of("transaction.timeout.ms", "60000"), 10))
        .containsEntry("transaction.timeout.ms", "60000");
  }

  @Test
  void makesRoomForTheLargestRecord() {
    assertThat(properties(Map.of(), 10))
        .containsEntry("max.request.size", "1048576")
        .containsEntry("buffer.memory", "33554432");
    assertThat(properties(Map.of("max.request.size", "100"), 40_000_000))
        .containsEntry("max.request.size", "40000000")
        .containsEntry("buffer.memory", "40000000");
    assertThat(properties(Map.of("max.request.size", "50000000"), 40_000_000))
        .containsEntry("max.request.size", "50000000");
  }

  @Test
  void recordsWaitForCompanyWhereNobodyCanReadThemYet() {
    assertThat(properties(Map.of(), DeliveryGuarantee.EXACTLY_ONCE))
        .containsEntry("linger.ms", "100")
        .containsEntry("batch.size", "65536");
    assertThat(properties(Map.of("linger.ms", "7"), DeliveryGuarantee.EXACTLY_ONCE))
        .containsEntry("linger.ms", "7");
    assertThat(properties(Map.of(), DeliveryGuarantee.AT_LEAST_ONCE))
        .doesNotContainKeys("linger.ms", "batch.size");
  }

  @Test
  void refusesASizeThatNoRecordHas() {
    assertThatIllegalArgumentException().isThrownBy(() -> properties(Map.of(), 0));
  }

  private static Properties properties(Map<String, String> given, DeliveryGuarantee guarantee) {
    return ProducerProperties.of(new KafkaConnection("a:1", given), 10, guarantee);
  }

  private static Properties properties(Map<String, String> given, int maximumRecordBytes) {
    return ProducerProperties.of(new KafkaConnection("a:1", given), maximumRecordBytes);
  }
}
