package dev.millrace.protocol;

import dev.millrace.protocol.codec.Utf8;
import dev.millrace.protocol.codec.WellFormedText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of record headers: which header counts, and which text is fit to be carried on. */
final class HeaderText {
  private static final List<Encoding> ENCODINGS = List.of(Encoding.values());
  private static final Map<Encoding, byte[]> CONTENT_TYPES = new EnumMap<>(Encoding.class);

  static {
    for (Encoding encoding : ENCODINGS) {
      CONTENT_TYPES.put(encoding, encoding.contentType().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private HeaderText() {}

  /** The value of the last header of that name, or null where there is none or it has no value. */
  static byte @Nullable [] last(List<RecordHeader> headers, String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name().equals(name)) {
        return headers.get(i).value();
      }
    }
    return null;
  }

  /** The value as text, or null where it is empty, longer than that, or not printable UTF-8. */
  static @Nullable String printable(byte[] value, int maximumLength) {
    if (Utf8.firstInvalid(value, 0, value.length) >= 0) {
      return null;
    }
    String text = new String(value, StandardCharsets.UTF_8);
    return isPrintable(text, maximumLength) ? text : null;
  }

  /** Whether a text can be a name: some characters, none of them a control or half of a pair. */
  static boolean isPrintable(String text, int maximumLength) {
    if (text.isEmpty() || text.length() > maximumLength) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return WellFormedText.firstInvalid(text) < 0;
  }

  /** The value as an integer of at least 0, or null where it is none. */
  static @Nullable Long natural(byte[] value) {
    // A long has at most 19 digits; signs, blanks and digits of other scripts are not taken.
    if (value.length == 0 || value.length > 19) {
      return null;
    }
    for (byte digit : value) {
      if (digit < '0' || digit > '9') {
        return null;
      }
    }
    try {
      return Long.valueOf(new String(value, StandardCharsets.US_ASCII));
    } catch (NumberFormatException overflow) {
      return null;
    }
  }

  /** The encoding a media type stands for, or null where it is not one of ours. */
  static @Nullable Encoding encoding(byte[] mediaType) {
    for (Encoding encoding : ENCODINGS) {
      // Nearly always the type is written just so, without parameters and in lower case.
      if (Arrays.equals(mediaType, CONTENT_TYPES.get(encoding))) {
        return encoding;
      }
    }
    String text = new String(mediaType, StandardCharsets.ISO_8859_1);
    int parameters = text.indexOf(';');
    String type =
        (parameters < 0 ? text : text.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    for (Encoding encoding : ENCODINGS) {
      if (encoding.contentType().equals(type)) {
        return encoding;
      }
    }
    return null;
  }
}
