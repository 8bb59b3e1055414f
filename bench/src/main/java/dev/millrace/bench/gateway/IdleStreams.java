package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.GatewayAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Many clients that wait for the first event of their streams, all on the thread that calls this.
 */
final class IdleStreams implements AutoCloseable {
  /** Of connections that are not accepted yet: fewer than a server lets wait. */
  private static final int CONNECTING = 100;

  private static final int SCRATCH_BYTES = 64 << 10;
  private static final long LOOK_MILLIS = 100;

  private static final String BODY =
      "{\"model\":\"scribe\",\"prompt\":\"In the beginning\",\"max_tokens\":16,\"stream\":true}";

  private final Selector selector;
  private final List<IdleStream> streams = new ArrayList<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);

  private IdleStreams(Selector selector) {
    this.selector = selector;
  }

  /**
   * How the streams fare.
   *
   * @param open that are still open
   * @param leastKeepAlives the fewest keep-alives that one of those has heard
   * @param loss why one of the others is open no more
   */
  record State(int open, int leastKeepAlives, Optional<String> loss) {}

  /**
   * Opens streams, and returns when each has sent its request.
   *
   * @throws BenchmarkException when that takes longer than {@code patience}, or one breaks
   */
  static IdleStreams open(GatewayAddress gateway, int count, Duration patience)
      throws BenchmarkException, InterruptedException {
    try {
      IdleStreams streams = new IdleStreams(Selector.open());
      try {
        streams.connect(gateway, count, patience);
        return streams;
      } catch (IOException | BenchmarkException | InterruptedException e) {
        streams.close();
        throw e;
      }
    } catch (IOException e) {
      throw new BenchmarkException(
          "%d streams cannot be opened: %s (is the limit of open files above that?)"
              .formatted(count, e.getMessage()),
          e);
    }
  }

  private void connect(GatewayAddress gateway, int count, Duration patience)
      throws IOException, BenchmarkException, InterruptedException {
    URI url = gateway.url();
    InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
    byte[] request = request(url, gateway.token());
    long deadline = System.nanoTime() + patience.toNanos();
    int asked = 0;
    while (asked < count) {
      while (streams.size() < count && streams.size() - asked < CONNECTING) {
        streams.add(IdleStream.open(selector, address, request));
      }
      look();
      asked = (int) streams.stream().filter(IdleStream::hasAsked).count();
      Optional<String> loss = state().loss();
      if (loss.isPresent()) {
        throw new BenchmarkException("stream of %d: %s".formatted(streams.size(), loss.get()));
      }
      if (System.nanoTime() > deadline) {
        throw new BenchmarkException(
            "%d of %d streams are open after %d s".formatted(asked, count, patience.toSeconds()));
      }
    }
  }

  private static byte[] request(URI url, String token) {
    return ("POST /v1/completions HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
        .formatted(url.getAuthority(), token, BODY.length(), BODY)
        .getBytes(UTF_8);
  }

  /** Reads what comes for so long. */
  void hold(Duration duration) throws BenchmarkException, InterruptedException {
    long deadline = System.nanoTime() + duration.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        look();
      }
    } catch (IOException e) {
      throw new BenchmarkException("the streams cannot be read: " + e.getMessage(), e);
    }
  }

  private void look() throws IOException, InterruptedException {
    selector.select(
        key -> ((IdleStream) Objects.requireNonNull(key.attachment())).ready(key, scratch),
        LOOK_MILLIS);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** How they fare now. */
  State state() {
    List<IdleStream> open = streams.stream().filter(stream -> stream.lost() == null).toList();
    return new State(
        open.size(),
        open.stream().mapToInt(IdleStream::keepAlives).min().orElse(0),
        streams.stream().map(IdleStream::lost).filter(Objects::nonNull).findFirst());
  }

  @Override
  public void close() {
    streams.forEach(IdleStream::close);
    try {
      selector.close();
    } catch (IOException e) {
      // It holds nothing any more.
    }
  }
}
