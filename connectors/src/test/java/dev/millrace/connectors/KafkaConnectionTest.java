package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
  @Test
  void passesClientPropertiesOn() {
    KafkaConnection connection =
        new KafkaConnection("a:1,b:2", Map.of("security.protocol", "SASL_SSL"));

    assertThat(connection.clientProperties())
        .containsOnly(
            Map.entry("bootstrap.servers", "a:1,b:2"), Map.entry("security.protocol", "SASL_SSL"));
  }

  @Test
  void refusesToHaveNoServerOrTwoLists() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KafkaConnection.to(" "))
        .withMessageContaining("bootstrap servers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KafkaConnection("a:1", Map.of("bootstrap.servers", "b:2")))
        .withMessageContaining("'b:2'");
  }

  @Test
  void keepsSecretsOutOfLogs() {
    KafkaConnection connection =
        new KafkaConnection("a:1", Map.of("sasl.jaas.config", "password=\"secret\""));

    assertThat(connection).asString().contains("sasl.jaas.config").doesNotContain("secret");
  }

  @Test
  void travelsIntoTheJob() throws Exception {
    KafkaConnection connection = new KafkaConnection("a:1", Map.of("client.rack", "r1"));

    assertThat(InstantiationUtil.clone(connection)).isEqualTo(connection);
  }
}
