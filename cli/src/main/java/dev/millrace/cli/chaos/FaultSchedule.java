package dev.millrace.cli.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Each kind once in a random order, then the same again in another. */
final class FaultSchedule {
  private final List<Fault> kinds;
  private final Random random;
  private final List<Fault> round = new ArrayList<>();

  FaultSchedule(List<Fault> kinds, Random random) {
    this.kinds = kinds;
    this.random = random;
  }

  Fault next() {
    if (round.isEmpty()) {
      round.addAll(kinds);
      Collections.shuffle(round, random);
      // Down follows up: the job begins with parallelism 1.
      int up = round.indexOf(Fault.RESCALE_UP);
      int down = round.indexOf(Fault.RESCALE_DOWN);
      if (up >= 0 && down >= 0 && down < up) {
        Collections.swap(round, up, down);
      }
    }
    return round.remove(0);
  }

  long below(long bound) {
    return (long) (random.nextDouble() * bound);
  }
}
