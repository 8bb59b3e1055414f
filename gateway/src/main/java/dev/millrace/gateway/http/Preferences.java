package dev.millrace.gateway.http;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a client prefers (RFC 7240), of which we know {@code respond-async} and {@code wait}. What
 * is not understood is ignored, as preferences are.
 */
final class Preferences {
  /** As it is written. */
  static final String RESPOND_ASYNC = "respond-async";

  private static final String WAIT = "wait=";

  /** More digits are more seconds than anybody may wait. */
  private static final int LONGEST_NUMBER = 9;

  private static final Preferences NONE = new Preferences(List.of());

  private final List<String> preferences = new ArrayList<>();

  private Preferences(List<String> headers) {
    for (String header : headers) {
      for (String preference : header.split(",", -1)) {
        preferences.add(preference.split(";", 2)[0].replaceAll("\\s", "").toLowerCase(Locale.ROOT));
      }
    }
  }

  static Preferences of(RoutingContext context) {
    return of(context.request().headers().getAll("Prefer"));
  }

  /**
   * What was preferred.
   *
   * @param headers the values of each header
   */
  static Preferences of(List<String> headers) {
    return headers.isEmpty() ? NONE : new Preferences(headers);
  }

  /** Whether the answer may come later. */
  boolean respondAsync() {
    return preferences.contains(RESPOND_ASYNC);
  }

  /** How long to wait for an answer, at most as long as may be; zero where nothing is said. */
  Duration wait(Duration longest) {
    for (String preference : preferences) {
      String seconds = preference.startsWith(WAIT) ? preference.substring(WAIT.length()) : "";
      if (seconds.matches("[0-9]{1," + LONGEST_NUMBER + "}")) {
        Duration wanted = Duration.ofSeconds(Long.parseLong(seconds));
        return wanted.compareTo(longest) < 0 ? wanted : longest;
      }
    }
    return Duration.ZERO;
  }
}
