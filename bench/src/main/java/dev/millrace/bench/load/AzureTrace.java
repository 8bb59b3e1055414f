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
  private final int[] contextTokens;
  private final int[] generatedTokens;

  private AzureTrace(long[] arrivals, int[] contextTokens, int[] generatedTokens) {
    this.arrivals = arrivals;
    this.contextTokens = contextTokens;
    this.generatedTokens = generatedTokens;
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
      int[] contexts = new int[1024];
      int[] generated = new int[1024];
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
          contexts = Arrays.copyOf(contexts, 2 * count);
          generated = Arrays.copyOf(generated, 2 * count);
        }
        int[] tokens = tokens(line);
        if (tokens.length != 2) {
          throw new IOException("%s: line %d has no tokens".formatted(file, count + 2));
        }
        contexts[count] = tokens[0];
        generated[count] = tokens[1];
        arrivals[count++] = first.until(timestamp, ChronoUnit.NANOS);
      }
      return new AzureTrace(
          Arrays.copyOf(arrivals, count),
          Arrays.copyOf(contexts, count),
          Arrays.copyOf(generated, count));
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

  /** Those of the prompt and of what was generated; none when the line has not both. */
  private static int[] tokens(String line) {
    String[] fields = line.split(",", -1);
    try {
      return fields.length == 3
          ? new int[] {Integer.parseInt(fields[1].strip()), Integer.parseInt(fields[2].strip())}
          : new int[0];
    } catch (NumberFormatException e) {
      return new int[0];
    }
  }

  /** How many tokens the prompt of an arrival had. */
  public int contextTokens(int index) {
    return contextTokens[index];
  }

  /** How many tokens were generated for an arrival. */
  public int generatedTokens(int index) {
    return generatedTokens[index];
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
