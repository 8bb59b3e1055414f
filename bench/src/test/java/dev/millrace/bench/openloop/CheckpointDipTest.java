package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.systems.Checkpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointDipTest {
  private static final long BEGIN = 1_000_000;

  @Test
  void comparesIntervalsThatACheckpointTouchesWithTheOthers() {
    List<Integer> answers = List.of(100, 60, 20, 100, 100);
    // From the second interval into the third.
    Checkpoint checkpoint = new Checkpoint(1, BEGIN + 350, 200, 0, 0);

    CheckpointDip dip = CheckpointDip.of(answers, 250, BEGIN, List.of(checkpoint));

    assertThat(dip.during()).isEqualTo(160);
    assertThat(dip.between()).isEqualTo(400);
  }

  @Test
  void saysNothingOfWhatWasNot() {
    CheckpointDip dip = CheckpointDip.of(List.of(10), 250, BEGIN, List.of());

    assertThat(dip.during()).isNaN();
    assertThat(dip.between()).isEqualTo(40);
  }
}
