package dev.millrace.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Arrivals at an LLM inference service of Azure, 2023: Patel et al., <em>Splitwise: Efficient
 * generative LLM inference using phase splitting</em>, ISCA 2024; CC-BY-4.0.
 */
public final class AzureTrace {
  /** Where the checkout has it. */
  public static final String FILE = "bench/data/azure-llm-2023/AzureLLMInferenceTrace_code.csv";

  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";

  private final long[] arrivals;

  private AzureTrace(long[] arrivals) {
    this.arrivals = arrivals;
  }

  /**
   * Reads the trace.
   *
   * @throws IOException when it cannot be read, or a line is not one of such a trace; the message
   *     names it
   */
  public static AzureTrace read(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file, UTF_8)) {
      String header = lines.readLine();
      if (!HEADER.equals(header)) {
        throw new IOException("%s: the first line is not %s".formatted(file, HEADER));
      }
      long[] arrivals = new long[1024];
      int count = 0;
      LocalDateTime first = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LocalDateTime timestamp = timestamp(line);
        if (timestamp == null) {
          throw new IOException("%s: line %d has no timestamp".formatted(file, count + 2));
        }
        first = first == null ? timestamp : first;
        if (count == arrivals.length) {
          arrivals = Arrays.copyOf(arrivals, 2 * count);
        }
        arrivals[count++] = first.until(timestamp, ChronoUnit.NANOS);
      }
      return new AzureTrace(Arrays.copyOf(arrivals, count));
    }
  }

  private static @Nullable LocalDateTime timestamp(String line) {
    int comma = line.indexOf(',');
    if (comma < 0) {
      return null;
    }
    try {
      return LocalDateTime.parse(line.substring(0, comma).replace(' ', 'T'));
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** How many arrivals were recorded. */
  public int size() {
    return arrivals.length;
  }

  /**
   * Successive arrivals.
   *
   * @param first the index of the first
   * @param count how many
   * @return nanoseconds after the first of the trace, ascending
   */
  public long[] arrivals(int first, int count) {
    if (first < 0 || count < 0 || first + count > arrivals.length) {
      throw new IndexOutOfBoundsException(
          "%d arrivals from %d on, of %d".formatted(count, first, arrivals.length));
    }
    return Arrays.copyOfRange(arrivals, first, first + count);
  }
}
