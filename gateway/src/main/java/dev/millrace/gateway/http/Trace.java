package dev.millrace.gateway.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The W3C trace context of a request: the caller's trace, or one that begins here, and a span of
 * this gateway's own.
 *
 * @param traceId 32 hexadecimal digits
 * @param parent the {@code traceparent} for what comes of the request
 * @param state the caller's {@code tracestate}; null for none
 */
record Trace(String traceId, String parent, @Nullable String state) {
  private static final Pattern PARENT =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");

  private static final Pattern STATE = Pattern.compile("[ -~]{1,512}");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;

  /** Of the headers as they came; what is malformed in them is as good as absent. */
  static Trace of(@Nullable String parent, @Nullable String state) {
    Matcher matcher = PARENT.matcher(parent == null ? "" : parent);
    if (!matcher.matches()) {
      String traceId = hexadecimal(TRACE_BYTES);
      return new Trace(traceId, "00-%s-%s-01".formatted(traceId, hexadecimal(SPAN_BYTES)), null);
    }
    String traceId = matcher.group(1);
    return new Trace(
        traceId,
        "00-%s-%s-%s".formatted(traceId, hexadecimal(SPAN_BYTES), matcher.group(2)),
        state != null && STATE.matcher(state).matches() ? state : null);
  }

  private static String hexadecimal(int bytes) {
    byte[] digits = new byte[bytes];
    do {
      RANDOM.nextBytes(digits);
    } while (isZero(digits));
    return HexFormat.of().formatHex(digits);
  }

  private static boolean isZero(byte[] bytes) {
    for (byte value : bytes) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
