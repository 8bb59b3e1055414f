package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A client of server-sent events which reads what comes. Confined to its selector's thread. */
final class IdleStream {
  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(US_ASCII);
  private static final byte[] HEAD = "HTTP/1.1 200 ".getBytes(US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer request;
  private int read;
  private int matched;
  private int keepAlives;
  private boolean connected;
  private @Nullable String lost;

  private IdleStream(SocketChannel channel, ByteBuffer request) {
    this.channel = channel;
    this.request = request;
  }

  /** Begins to connect. */
  static IdleStream open(Selector selector, InetSocketAddress address, byte[] request)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.configureBlocking(false);
    IdleStream stream = new IdleStream(channel, ByteBuffer.wrap(request));
    boolean connected = channel.connect(address);
    channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, stream);
    return stream;
  }

  /** Goes on with what the channel is ready for. */
  void ready(SelectionKey key, ByteBuffer scratch) {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_WRITE);
      } else if (key.isWritable()) {
        channel.write(request);
        if (!request.hasRemaining()) {
          connected = true;
          key.interestOps(SelectionKey.OP_READ);
        }
      } else if (key.isReadable()) {
        read(scratch);
      }
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    }
  }

  private void read(ByteBuffer scratch) throws IOException {
    scratch.clear();
    if (channel.read(scratch) < 0) {
      end("the gateway has closed the connection");
      return;
    }
    scratch.flip();
    while (scratch.hasRemaining() && lost == null) {
      take(scratch.get());
    }
  }

  /** A keep-alive has its first byte nowhere else, so what does not match can only begin anew. */
  void take(byte next) {
    if (read < HEAD.length && next != HEAD[read]) {
      end("the answer does not begin with " + new String(HEAD, US_ASCII).strip());
      return;
    }
    read++;
    matched = next == KEEP_ALIVE[matched] ? matched + 1 : next == KEEP_ALIVE[0] ? 1 : 0;
    if (matched == KEEP_ALIVE.length) {
      keepAlives++;
      matched = 0;
    }
  }

  private void end(String reason) {
    lost = reason;
    close();
  }

  /** Whether the gateway has been sent all of the request. */
  boolean hasAsked() {
    return connected;
  }

  /** Why it is open no more; null while it is. */
  @Nullable String lost() {
    return lost;
  }

  /** How often the gateway has said that it is still there. */
  int keepAlives() {
    return keepAlives;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }
}
