package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a gateway says before it serves. None of this needs a broker. */
class GatewayCommandTest {
  @TempDir Path directory;

  private Execution gateway(String... arguments) {
    List<String> all = new ArrayList<>(List.of("gateway", "--data-dir", directory.toString()));
    all.addAll(List.of(arguments));
    return Execution.of(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --quota acme=1                 | requests a minute, tokens a minute and requests at once
          --quota acme=1,2,many          | not three whole numbers
          --quota acme=-1,0,0            | a quota is not negative
          --reply-partition -1           | partition -1 of the reply topic
          --max-pending 0                | at most 0 pending requests
          --max-body-bytes 0             | bounds are positive
          --tls-key key.pem              | --tls-certificate and --tls-key come together
          --jwks keys.json               | --jwks needs an --issuer
          --http-port any                | --http-port
          --log-format xml               | --log-format
          --no-such-option               | --no-such-option
          """)
  void wrongOptionsAreUsageErrorsThatSayWhatIsWrong(String options, String message) {
    Execution execution = gateway(options.split(" "));

    assertThat(execution.status()).as(execution.err()).isEqualTo(ExitCode.USAGE);
    assertThat(execution.err()).contains(message);
  }

  @Test
  void saysThatNoBrokerAnswers() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Execution execution = gateway("--bootstrap-server", "127.0.0.1:" + port);

    assertThat(execution.status()).as(execution.err()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err())
        .contains("no broker answers on 127.0.0.1:" + port, "--bootstrap-server");
  }
}
