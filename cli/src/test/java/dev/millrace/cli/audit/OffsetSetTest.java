package dev.millrace.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetSetTest {
  private final OffsetSet offsets = new OffsetSet();

  @Test
  void tellsWhetherAnOffsetIsNew() {
    assertThat(offsets.add(5)).isTrue();
    assertThat(offsets.add(5)).isFalse();
    assertThat(offsets.size()).isOne();
  }

  @Test
  void hasOnlyWhatWasAdded() {
    offsets.add(64);

    assertThat(offsets.contains(64)).isTrue();
    assertThat(offsets.contains(0)).isFalse();
    assertThat(offsets.contains(64 + 4096)).isFalse();
    assertThat(offsets.contains(-64)).isFalse();
  }

  @Test
  void behavesAsASortedSetOfNumbers() {
    Random random = new Random(7);
    TreeSet<Long> expected = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      long offset = random.nextInt(4) * 3_000_000_000L - 4_000 + random.nextInt(10_000);
      assertThat(offsets.add(offset)).isEqualTo(expected.add(offset));
    }

    assertThat(offsets.size()).isEqualTo(expected.size());
    assertThat(shown()).containsExactlyElementsOf(expected);
    assertThat(expected).allMatch(offsets::contains);
  }

  @Test
  void keepsTheEndsOfTheRange() {
    offsets.add(Long.MAX_VALUE);
    offsets.add(Long.MIN_VALUE);

    assertThat(shown()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private List<Long> shown() {
    List<Long> shown = new ArrayList<>();
    offsets.forEach(shown::add);
    return shown;
  }
}
