package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a text ends: {@code finish_reason} on the wire. */
public enum FinishReason {
  /** The model ended it, or a stop sequence did. */
  STOP,
  /** It has as many tokens as were asked for, or as the model's context holds. */
  LENGTH;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The reason as written into results. */
  public String wireName() {
    return wireName;
  }

  /** The reason of that wire name, if there is one. */
  public static Optional<FinishReason> fromWireName(String wireName) {
    return Arrays.stream(values()).filter(reason -> reason.wireName.equals(wireName)).findFirst();
  }
}
