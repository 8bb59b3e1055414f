package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MillraceTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "run", "produce", "consume", "audit", "bench", "token"})
  void everyCommandExplainsItself(String command) {
    Execution execution =
        command.isEmpty() ? Execution.of("--help") : Execution.of(command, "--help");

    assertThat(execution.status()).isZero();
    assertThat(execution.out()).contains("Usage: millrace", "--stacktrace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "produce", "consume", "audit", "bench", "token"})
  void anUnknownOptionIsAUsageErrorThatNamesIt(String command) {
    // produce would rather complain about its missing file.
    Execution execution =
        command.equals("produce")
            ? Execution.of(command, "-", "--no-such-option")
            : Execution.of(command, "--no-such-option");

    assertThat(execution.status()).isEqualTo(ExitCode.USAGE);
    assertThat(execution.err()).contains("--no-such-option");
  }

  @Test
  void benchListsWhatCanBeMeasured() {
    Execution execution = Execution.of("bench", "--list");

    assertThat(execution.status()).isZero();
    assertThat(execution.out()).contains("saturation", "latency");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bench", "bench no-such-benchmark", "bench saturation --rounds 0"})
  void whatCannotBeMeasuredIsAUsageError(String command) {
    assertThat(execute(command).status()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void anUnknownModelIsReportedWithThoseThereAre() {
    Execution execution = Execution.of("bench", "saturation", "--model", "no-such-model");

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains("no-such-model", "digits", "no-op").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--ui-port", "--broker-port", "--metrics-port"})
  void aTakenPortIsReportedWithTheOptionThatChangesIt(String option) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Execution execution = run(option, port);

      assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(execution.err()).contains("port " + port + " is taken", option).hasLineCount(1);
    }
  }

  @Test
  void aMissingModelRepositoryIsReportedBeforeAnythingStarts(@TempDir Path directory) {
    Execution execution = run("--models", directory.resolve("none").toString());

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains("none: no such directory").hasLineCount(1);
  }

  @Test
  void aDamagedModelIsReportedInOneLineWithItsFile(@TempDir Path directory) throws Exception {
    Path version = Files.createDirectories(directory.resolve("broken/1"));
    Path file = Files.writeString(version.resolve("broken.pt"), "not a model");
    Execution execution = run("--models", directory.toString());

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains(file.toString(), "damaged").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"produce -", "consume", "audit"})
  void aBrokerThatDoesNotAnswerIsReportedInOneLineWithinTenSeconds(String command)
      throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    long start = System.nanoTime();
    Execution execution = execute(command + " --bootstrap-server 127.0.0.1:" + free);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains("no broker answers on 127.0.0.1:" + free).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "produce - --rate 0, --rate must be greater than 0",
    "produce - --rate NaN, --rate must be greater than 0",
    "produce - --key k --key-from-id, mutually exclusive",
    "consume --max 0, --max must be at least 1",
    "consume --timeout soon, 'soon' is no duration",
    "consume --bootstrap-server nowhere, no Kafka client can be made: Invalid url",
    "audit -P security.protocol=NONE, no Kafka client can be made",
  })
  void aValueThatMakesNoSenseIsAUsageError(String command, String message) {
    Execution execution = execute(command);

    assertThat(execution.status()).isEqualTo(ExitCode.USAGE);
    assertThat(execution.err()).contains(message);
  }

  @Test
  void noCommandIsAUsageError() {
    Execution execution = Execution.of();

    assertThat(execution.status()).isEqualTo(ExitCode.USAGE);
    assertThat(execution.err()).contains("Usage: millrace");
  }

  @Test
  void tellsItsVersion() {
    Execution execution = Execution.of("--version");

    assertThat(execution.status()).isZero();
    assertThat(execution.out()).startsWith("millrace ");
  }

  @Test
  void showsWhereAnErrorComesFromWhenAsked() {
    Execution execution = Execution.of("produce", "no-such-file", "--stacktrace");

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains("NoSuchFileException").contains("\tat dev.millrace.cli");
  }

  private static Execution execute(String command) {
    return Execution.of(command.split(" ", -1));
  }

  private static Execution run(String... arguments) {
    String[] all = new String[arguments.length + 8];
    System.arraycopy(
        new String[] {
          "run", "--once", "--ui-port", "0", "--broker-port", "0", "--metrics-port", "0"
        },
        0,
        all,
        0,
        8);
    System.arraycopy(arguments, 0, all, 8, arguments.length);
    return Execution.of(all);
  }
}
