package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzureTraceTest {
  private static final Path FILE = Path.of(System.getProperty("millrace.home"), AzureTrace.FILE);

  @Test
  void theTraceOfTheCheckoutIsWhatItsReadmeSays() throws IOException {
    AzureTrace trace = AzureTrace.read(FILE);

    assertThat(trace.size()).isEqualTo(8_819);
    long[] arrivals = trace.arrivals(0, trace.size());
    assertThat(arrivals).isSorted().startsWith(0, 52_000_000);
    assertThat(arrivals[arrivals.length - 1] / 1e9).isCloseTo(3_435.95, within(0.01));
    assertThat(ArrivalSchedule.ofTrace(arrivals, 90).variation()).isCloseTo(13.15, within(0.01));
    assertThat(fullestSecond(arrivals)).isEqualTo(72);
    assertThat(longestGap(arrivals) / 1e9).isCloseTo(217.17, within(0.01));
  }

  private static int fullestSecond(long[] arrivals) {
    int fullest = 0;
    int first = 0;
    for (int last = 0; last < arrivals.length; last++) {
      while (arrivals[last] - arrivals[first] >= 1_000_000_000L) {
        first++;
      }
      fullest = Math.max(fullest, last - first + 1);
    }
    return fullest;
  }

  private static long longestGap(long[] arrivals) {
    long longest = 0;
    for (int index = 1; index < arrivals.length; index++) {
      longest = Math.max(longest, arrivals[index] - arrivals[index - 1]);
    }
    return longest;
  }

  @Test
  void givesSuccessiveArrivals() throws IOException {
    AzureTrace trace = AzureTrace.read(FILE);

    assertThat(trace.arrivals(100, 50))
        .isEqualTo(Arrays.copyOfRange(trace.arrivals(0, trace.size()), 100, 150));
    assertThatThrownBy(() -> trace.arrivals(8_800, 20))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void namesTheLineThatIsNoArrival(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("trace.csv");
    Files.writeString(
        file,
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,1,2\nlater,1,2");

    assertThatThrownBy(() -> AzureTrace.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3");
  }

  @Test
  void refusesAnotherKindOfFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("trace.csv"), "a,b\n1,2\n");

    assertThatThrownBy(() -> AzureTrace.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("first line");
  }
}
