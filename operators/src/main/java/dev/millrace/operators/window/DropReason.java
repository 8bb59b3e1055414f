package dev.millrace.operators.window;

import java.util.Locale;

/** Why a request was answered without being scored. */
enum DropReason {
  /** It could not be scored before its deadline. */
  EXPIRED,
  /** Its producer took it back. */
  CANCELLED,
  /** Too much waited. */
  OVERLOADED,
  /** A request of its id came before. */
  DUPLICATE;

  /** The value of the label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
