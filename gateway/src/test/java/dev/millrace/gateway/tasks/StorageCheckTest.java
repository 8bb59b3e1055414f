package dev.millrace.gateway.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.health.ComponentHealth;
import dev.millrace.gateway.health.ComponentHealth.Level;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class StorageCheckTest {
  private static final long MAXIMUM_LAG = 100;

  @Test
  void isHealthyUntilItIsTooFarBehind() {
    assertThat(look(null, null, MAXIMUM_LAG)).isEqualTo(ComponentHealth.healthy());
    assertThat(look(null, null, MAXIMUM_LAG + 1))
        .isEqualTo(
            ComponentHealth.degraded(
                "the projection of tasks is 101 records behind, more than 100"));
  }

  @Test
  void isDegradedWhenNothingIsProjectedAndUnhealthyWhenNothingCanBeWritten() {
    assertThat(look(null, "Kafka is away", 0))
        .isEqualTo(ComponentHealth.degraded("tasks are not projected: Kafka is away"));
    assertThat(look("no room", "the database: no room", 0))
        .isEqualTo(ComponentHealth.unhealthy("the database: no room"));
  }

  @Test
  @ExtendWith(TestServers.class)
  void looksAtARealDatabaseAndItsProjection(Database database) throws Exception {
    try (TaskProjection projection =
        TaskProjection.start(
            new TaskProjectionSettings(
                Map.of("bootstrap.servers", "no.such.host.invalid:1"), "tasks", "group"),
            database)) {
      StorageCheck check = new StorageCheck(database, projection, MAXIMUM_LAG);
      assertThat(check.component()).isEqualTo("storage-engine");
      await()
          .atMost(TestServer.PATIENCE)
          .untilAsserted(() -> assertThat(check.look().level()).isEqualTo(Level.DEGRADED));
      TestServer.execute(database, "drop table gateway_health");
      assertThat(check.look().level()).isEqualTo(Level.UNHEALTHY);
      assertThat(check.look().reason()).contains("gateway_health");
    }
  }

  private static ComponentHealth look(
      @Nullable String database, @Nullable String projection, long lag) {
    return new StorageCheck(
            () -> Optional.ofNullable(database),
            () -> Optional.ofNullable(projection),
            () -> lag,
            MAXIMUM_LAG)
        .look();
  }
}
