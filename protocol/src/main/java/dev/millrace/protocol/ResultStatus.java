package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a request ended. Each request ends once. */
public enum ResultStatus {
  /** Scored. */
  OK,
  /** Never scored, since it asks for what cannot be given. */
  REJECTED,
  /** Never scored, since its deadline had passed. */
  EXPIRED,
  /** Scoring was tried, or its answer made, without success. */
  FAILED,
  /** Its producer took it back. */
  CANCELLED;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The value of the {@code millrace-status} header. */
  public String wireName() {
    return wireName;
  }

  /** The status of that wire name, if there is one. */
  public static Optional<ResultStatus> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(status -> status.wireName.equals(wireName)).findFirst();
  }
}
