package dev.millrace.cli.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A connection for bytes that no HTTP client would send. */
final class RawHttp implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;
  private final InputStream in;

  RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param headers by their names in lower case; the last of several
   */
  record Response(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String text() {
      return new String(body, UTF_8);
    }
  }

  /**
   * Sends bytes; a server that has closed the connection does not take them, which is its right.
   */
  void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // What the server had to say may still be there to be read.
      closedBy(e);
    }
  }

  void send(String text) {
    send(text.getBytes(ISO_8859_1));
  }

  private static void closedBy(IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (!reason.contains("reset") && !reason.contains("pipe")) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Says that nothing more comes. */
  void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** All answers until the server closes the connection. */
  List<Response> responses(boolean toHead) throws IOException {
    List<Response> responses = new ArrayList<>();
    try {
      while (true) {
        Response response = read(toHead);
        if (response.status() >= 200) {
          responses.add(response);
        }
      }
    } catch (EOFException e) {
      return responses;
    } catch (java.net.SocketException e) {
      // What it has not read when it closes is answered with a reset.
      closedBy(e);
      return responses;
    }
  }

  private Response read(boolean toHead) throws IOException {
    String first = line();
    // The protocol may be one that it does not speak: it repeats what it was told then.
    if (!first.matches("\\S+ [0-9]{3}\\b.*")) {
      throw new AssertionError("no status line: " + first);
    }
    int begin = first.indexOf(' ') + 1;
    int status = Integer.parseInt(first.substring(begin, begin + 3));
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    boolean empty = toHead || status < 200 || status == 204 || status == 304;
    return new Response(status, headers, empty ? new byte[0] : body(headers));
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return bytes(Integer.parseInt(length));
    }
    if (!"chunked".equals(headers.get("transfer-encoding"))) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.writeBytes(bytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.write(next);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
