package dev.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With processes that only sleep. */
class KeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  private EventLog events;
  private final List<Keeper> keepers = new ArrayList<>();

  @BeforeEach
  void openEvents() throws Exception {
    events = EventLog.open(directory.resolve("events.jsonl"), line -> {});
  }

  @AfterEach
  void endMembers() throws Exception {
    for (Keeper keeper : keepers) {
      keeper.end();
    }
    events.close();
  }

  @Test
  void startsAgainWhatWasKilledAndLogsEachStep() throws Exception {
    Keeper keeper = keep("sleep", "600");
    assertThat(keeper.awaitReady(PATIENCE)).isTrue();
    ClusterState.MemberState first = keeper.state();
    process(first).destroyForcibly();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                keeper.state().restarts() == 1
                    && keeper.state().phase() == ClusterState.Phase.RUNNING);

    assertThat(keeper.state().process()).isNotEqualTo(first.process());
    assertThat(steps())
        .containsExactly("responded", "verified", "detected", "judged", "responded", "verified");
    assertThat(Files.readString(directory.resolve("events.jsonl")))
        .contains("was ended by signal 9", "will be started again in 0.5 s");
  }

  @Test
  void saysWhyAMemberDoesNotComeUp() throws Exception {
    Keeper keeper = keep(() -> false, "sh", "-c", "exit 7");

    assertThat(keeper.awaitReady(Duration.ofSeconds(1))).isFalse();
    assertThat(keeper.problem())
        .contains("member ended with status 7 before it was ready")
        .contains("its log is");
  }

  @Test
  void doesNotStartAgainWhatItWasToldToEnd() throws Exception {
    Keeper keeper = keep("sleep", "600");
    assertThat(keeper.awaitReady(PATIENCE)).isTrue();
    ProcessHandle process = process(keeper.state());
    keeper.end();

    assertThat(process.isAlive()).isFalse();
    assertThat(keeper.state().phase()).isEqualTo(ClusterState.Phase.STOPPED);
    assertThat(steps()).containsExactly("responded", "verified");
  }

  private Keeper keep(String... command) {
    return keep(() -> true, command);
  }

  private Keeper keep(JvmMember.Readiness readiness, String... command) {
    Keeper keeper =
        new Keeper(
            new JvmMember(
                "member", List.of(command), Map.of(), directory.resolve("member.log"), readiness),
            events,
            () -> {});
    keepers.add(keeper);
    keeper.begin();
    return keeper;
  }

  private static ProcessHandle process(ClusterState.MemberState state) {
    return Objects.requireNonNull(state.process()).living().orElseThrow();
  }

  private List<String> steps() throws Exception {
    List<String> steps = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      steps.add(event.path("step").asText());
    }
    return steps;
  }
}
