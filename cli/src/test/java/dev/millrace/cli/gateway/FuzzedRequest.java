package dev.millrace.cli.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.openapi.contract.Operation;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request of an operation, or what chance has made of one. What follows HTTP in it is up to
 * chance too, but where one request ends is not: it is always the only one of its connection.
 *
 * @param method as it is written
 * @param bytes all that is sent
 * @param http whether it is HTTP, so that there has to be an answer
 */
record FuzzedRequest(String method, byte[] bytes, boolean http) {
  private static final String[] METHODS = {
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "G\u00c9T"
  };

  private static final String[] NAMES = {
    "scribe",
    "digits",
    "1",
    "nobody",
    "req-1",
    "%00",
    "%2F",
    "%2e%2e",
    "..",
    ".",
    "%",
    "%zz",
    "%ff",
    "%C3%A9",
    "\u00e9",
    "a%0d%0aset-cookie:x",
    "-1",
    "99999999999999999999",
    "",
    "*",
    "{model}",
    ";",
    "<script>",
    "'--",
    "\\",
    "%5c..%5c"
  };

  private static final String[] QUERIES = {
    "",
    "?",
    "?limit=-1",
    "?limit=abc&limit=2",
    "?limit=99999999999999999999",
    "?limit=1&after=%00",
    "?after=../..",
    "?since=never",
    "?since=-99999999999999999999",
    "?status=nothing",
    "?status=",
    "?model=%ff",
    "?%",
    "?=&&=",
    "?a=b?c=d",
    "?a[b]=c",
    "?\u00e9=\u00e9"
  };

  private static final String[] HEADERS = {
    "content-type: text/html",
    "content-type: application/json; charset=utf-16",
    "content-type: application/octet-stream",
    "content-type: multipart/form-data",
    "content-type: multipart/form-data; boundary=x",
    "content-type: application/x-www-form-urlencoded",
    "content-type: /",
    "content-encoding: gzip",
    "accept: image/png",
    "accept: /;q=x",
    "accept-encoding: br;q=nan, *;q=2",
    "expect: 100-continue",
    "expect: the worst",
    "prefer: respond-async",
    "prefer: wait=-1",
    "prefer: wait=abc, wait=2",
    "prefer: \"",
    "idempotency-key: k",
    "idempotency-key: \u00e9\u00fc",
    "idempotency-key:",
    "inference-header-content-length: -1",
    "inference-header-content-length: 99999999999999999999",
    "inference-header-content-length: 4",
    "traceparent: 00-0-0-0",
    "tracestate: \u00e9",
    "origin: null",
    "host: \u00e9",
    "host: a, b",
    "range: bytes=0-",
    "upgrade: h2c",
    "upgrade: websocket",
    "cookie: a=b; =; \u00e9",
    "x-forwarded-for: ::::",
    "authorization: Bearer",
    "authorization: Basic OjpAQA==",
    "authorization: Bearer a.b.c"
  };

  private static final String[] BODIES = {
    "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":2,\"stop\":[\"x\"]}",
    "{\"model\":\"scribe\",\"prompt\":\"a\",\"max_tokens\":2,\"stream\":true,\"n\":2}",
    "{\"model_name\":\"digits\",\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,1,1],\"datatype\":\"FP32\",\"data\":[1]}]}",
    "{\"inputs\":[{\"name\":\"image\",\"shape\":[-1,4611686018427387904,4],\"datatype\":\"BYTES\",\"data\":[\"\\ud800\"]}]}",
    "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}}]}",
    "{\"model\":\"scribe\",\"prompt\":[[1e400],[-1]],\"max_tokens\":1e9,\"seed\":1e30,\"logit_bias\":{\"x\":null}}",
    "{\"a\":1,\"a\":1}",
    "null",
    "",
    "{\"model\":\"\\u0000\",\"prompt\":{}}",
    "[".repeat(20_000),
    "{\"model\":".repeat(5_000),
    "9".repeat(10_000),
    "\"" + "\\u0000".repeat(3_000) + "\""
  };

  /** What is longer may be answered, and may be cut off before its end. */
  private static final int MOST_OF_A_HEAD = 16_000;

  private static final int LONG = 7_000;
  private static final int CHANGES = 4;

  /** A request of an operation, made by chance. */
  static FuzzedRequest of(Operation operation, String token, Random random) {
    String method =
        random.nextInt(8) == 0 ? any(METHODS, random) : operation.getHttpMethod().name();
    byte[] body = method.equals("GET") && random.nextInt(8) != 0 ? new byte[0] : body(random);
    StringBuilder head = new StringBuilder(method);
    head.append(' ').append(path(operation, random)).append(" HTTP/1.1\r\nconnection: close\r\n");
    if (random.nextInt(16) != 0) {
      head.append("host: localhost\r\n");
    }
    if (random.nextInt(6) != 0) {
      head.append("authorization: Bearer ").append(token).append("\r\n");
    }
    for (int count = random.nextInt(4); count > 0; count--) {
      head.append(header(random)).append("\r\n");
    }
    boolean chunked = random.nextInt(4) == 0;
    head.append(chunked ? "transfer-encoding: chunked" : "content-length: " + body.length);
    boolean broken = chunked && random.nextInt(8) == 0;
    byte[] sent = chunked ? chunks(body, broken, random) : body;
    return new FuzzedRequest(
        method,
        join((head + "\r\n\r\n").getBytes(ISO_8859_1), sent),
        !broken && head.length() < MOST_OF_A_HEAD);
  }

  private static String path(Operation operation, Random random) {
    StringBuilder path = new StringBuilder();
    for (String part : operation.getOpenAPIPath().substring(1).split("/", -1)) {
      boolean parameter = part.startsWith("{");
      path.append(random.nextInt(24) == 0 ? any(new String[] {"//", "/./", "/../"}, random) : "/");
      path.append(parameter || random.nextInt(24) == 0 ? name(random) : part);
    }
    if (random.nextInt(24) == 0) {
      path.append('/');
    }
    return path.append(any(QUERIES, random)).toString();
  }

  private static String name(Random random) {
    return random.nextInt(24) == 0
        ? any(new String[] {"a", "%61", "%"}, random).repeat(random.nextInt(LONG) / 3)
        : any(NAMES, random);
  }

  private static String header(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "x-large: " + "v".repeat(random.nextInt(2 * LONG));
      case 1 -> "authorization: Bearer " + "e".repeat(random.nextInt(LONG)) + "..";
      case 2 -> "idempotency-key: " + "k".repeat(random.nextInt(LONG));
      default -> any(HEADERS, random);
    };
  }

  private static byte[] body(Random random) {
    byte[] body = any(BODIES, random).getBytes(UTF_8);
    for (int change = random.nextInt(CHANGES); change > 0 && body.length > 0; change--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    return body;
  }

  private static byte[] chunks(byte[] body, boolean broken, Random random) {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < body.length; ) {
      int size = Math.min(body.length - from, 1 + random.nextInt(body.length));
      parts.add("%x%s\r\n".formatted(size, random.nextBoolean() ? "" : ";a=b").getBytes(UTF_8));
      parts.add(java.util.Arrays.copyOfRange(body, from, from + size));
      parts.add("\r\n".getBytes(UTF_8));
      from += size;
    }
    parts.add(broken ? "zz\r\n".getBytes(UTF_8) : "0\r\n\r\n".getBytes(UTF_8));
    return join(parts.toArray(byte[][]::new));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static <T> T any(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  /** As text, to be looked at. */
  @Override
  public String toString() {
    return new String(bytes, 0, Math.min(bytes.length, 2_000), ISO_8859_1);
  }
}
