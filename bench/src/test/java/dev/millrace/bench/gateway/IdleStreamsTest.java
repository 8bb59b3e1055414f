package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.GatewayAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams before a server whose every byte is written here. */
class IdleStreamsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n";
  private static final String KEEP_ALIVE = "e\r\n: keep-alive\n\n\r\n";

  private ServerSocket server;
  private final List<Socket> accepted = new ArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  private IdleStreams open(int count) throws Exception {
    IdleStreams streams =
        IdleStreams.open(
            GatewayAddress.of("http://127.0.0.1:" + server.getLocalPort(), "secret"),
            count,
            PATIENCE);
    for (int index = 0; index < count; index++) {
      accepted.add(server.accept());
    }
    return streams;
  }

  private static void send(Socket client, String... parts) throws IOException {
    client.setTcpNoDelay(true);
    for (String part : parts) {
      client.getOutputStream().write(part.getBytes(US_ASCII));
      client.getOutputStream().flush();
    }
  }

  @Test
  void asksWithItsTokenForAStream() throws Exception {
    try (IdleStreams streams = open(1)) {
      byte[] request = new byte[2_000];
      int length = accepted.get(0).getInputStream().read(request);

      assertThat(new String(request, 0, length, US_ASCII))
          .startsWith("POST /v1/completions HTTP/1.1\r\n")
          .contains("Authorization: Bearer secret\r\n", "\"stream\":true");
      assertThat(streams.state().open()).isEqualTo(1);
    }
  }

  @Test
  void countsTheKeepAlivesOfEachHoweverTheyAreSplit() throws Exception {
    try (IdleStreams streams = open(2)) {
      send(accepted.get(0), HEAD + ": " + KEEP_ALIVE.substring(3), KEEP_ALIVE);
      send(accepted.get(1), HEAD + KEEP_ALIVE + "e\r\n: keep-");
      streams.hold(SHORT);
      assertThat(streams.state().leastKeepAlives()).isEqualTo(1);

      send(accepted.get(1), "alive\n\n\r\n" + KEEP_ALIVE + KEEP_ALIVE);
      streams.hold(SHORT);
      assertThat(streams.state().leastKeepAlives()).isEqualTo(2);
    }
  }

  @Test
  void aStreamThatTheGatewayClosesIsLost() throws Exception {
    try (IdleStreams streams = open(2)) {
      accepted.get(1).close();
      streams.hold(SHORT);

      assertThat(streams.state().open()).isEqualTo(1);
      assertThat(streams.state().loss()).isPresent();
    }
  }

  @Test
  void anAnswerThatIsNoneOfStatus200IsALoss() throws Exception {
    try (IdleStreams streams = open(1)) {
      send(accepted.get(0), "HTTP/1.1 503 Service Unavailable\r\n\r\n");
      streams.hold(SHORT);

      assertThat(streams.state().open()).isZero();
      assertThat(streams.state().loss()).isPresent();
    }
  }
}
