package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.AzureTrace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BurstPartsTest {
  private static AzureTrace trace;

  @BeforeAll
  static void read() throws IOException {
    trace = AzureTrace.read(Path.of(System.getProperty("millrace.home"), AzureTrace.FILE));
  }

  @Test
  void everyPartHasTheWantedRateAndDurationAndBursts() {
    Bursts.Parts parts = Bursts.Parts.of(trace, 90, Duration.ofSeconds(20));

    assertThat(parts.copies()).isEqualTo(1);
    for (int round = 0; round < 6; round++) {
      ArrivalSchedule schedule = parts.schedule(round);
      assertThat(schedule.size()).isEqualTo(1_800);
      assertThat(schedule.meanRate()).isCloseTo(90, within(0.01));
      assertThat(schedule.variation()).isGreaterThan(9);
    }
  }

  @Test
  void roundsPlaySuccessivePartsAndBeginAgainAfterTheLastWholeOne() {
    Bursts.Parts parts = Bursts.Parts.of(trace, 90, Duration.ofSeconds(20));

    assertThat(parts.schedule(4).at(1)).isEqualTo(parts.schedule(0).at(1));
    assertThat(parts.schedule(1).variation()).isNotEqualTo(parts.schedule(0).variation());
  }

  @Test
  void arrivalsAreRepeatedWhereTheTraceWouldBeOverTooSoon() {
    Bursts.Parts parts = Bursts.Parts.of(trace, 1_000, Duration.ofSeconds(20));

    assertThat(parts.copies()).isEqualTo(3);
    ArrivalSchedule schedule = parts.schedule(0);
    assertThat(schedule.size()).isCloseTo(20_000, within(3));
    assertThat(schedule.meanRate()).isCloseTo(1_000, within(0.1));
    assertThat(schedule.at(2)).isEqualTo(schedule.at(0));
  }
}
