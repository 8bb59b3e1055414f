package dev.millrace.engines.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} says of its vocabulary, as far as texts are put together here and
 * not by the tokenizers library.
 *
 * <p>Byte-level vocabularies are written as GPT-2 did: each byte as one printable character, itself
 * where it is one.
 */
public final class TokenizerFile {
  private static final String BYTE_LEVEL = "ByteLevel";

  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final Map<Integer, String> added = new HashMap<>();
  private final Set<Integer> special = new HashSet<>();
  private @Nullable String decoder;
  private byte @Nullable [][] bytes;

  private TokenizerFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException when it is no JSON, or has no vocabulary
   */
  public static TokenizerFile read(Path path) throws IOException {
    TokenizerFile file = new TokenizerFile();
    try (JsonParser parser = new JsonFactory().createParser(path.toFile())) {
      parser.nextToken();
      file.readObject(parser);
    }
    if (file.vocabulary.isEmpty()) {
      throw new IOException("it has no model.vocab");
    }
    if (BYTE_LEVEL.equals(file.decoder)) {
      file.bytes = file.bytesOfAll();
    }
    return file;
  }

  private void readObject(JsonParser parser) throws IOException {
    while (parser.nextToken() != null && !parser.hasToken(JsonToken.END_OBJECT)) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "model" -> readModel(parser);
        case "decoder" -> decoder = readType(parser);
        case "added_tokens" -> readAdded(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private void readModel(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
      if (!field.equals("vocab") || !isObject) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String piece = parser.currentName();
        parser.nextToken();
        vocabulary.put(piece, parser.getIntValue());
      }
    }
  }

  private static @Nullable String readType(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      return null;
    }
    String type = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("type")) {
        type = parser.getText();
      }
      parser.skipChildren();
    }
    return type;
  }

  private void readAdded(JsonParser parser) throws IOException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      return;
    }
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      int id = -1;
      String content = "";
      boolean isSpecial = false;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "id" -> id = parser.getIntValue();
          case "content" -> content = parser.getText();
          case "special" -> isSpecial = parser.getBooleanValue();
          default -> parser.skipChildren();
        }
      }
      added.put(id, content);
      if (isSpecial) {
        special.add(id);
      }
    }
  }

  /** The bytes of each token, none of special ones; empty unless the vocabulary is of bytes. */
  public Optional<byte[][]> bytes() {
    return Optional.ofNullable(bytes);
  }

  /** How many characters the longest token has, at least 1. */
  public int longestToken() {
    int longest = 1;
    for (String piece : vocabulary.keySet()) {
      longest = Math.max(longest, piece.length());
    }
    for (String piece : added.values()) {
      longest = Math.max(longest, piece.length());
    }
    return longest;
  }

  /** How many tokens there are: one more than the greatest id. */
  public int size() {
    int size = 0;
    for (int id : vocabulary.values()) {
      size = Math.max(size, id + 1);
    }
    for (int id : added.keySet()) {
      size = Math.max(size, id + 1);
    }
    return size;
  }

  private byte[][] bytesOfAll() throws IOException {
    Map<Integer, Byte> byCharacter = byteCharacters();
    byte[][] all = new byte[size()][];
    Arrays.fill(all, new byte[0]);
    for (Map.Entry<String, Integer> piece : vocabulary.entrySet()) {
      if (!added.containsKey(piece.getValue())) {
        all[piece.getValue()] = bytesOf(piece.getKey(), byCharacter);
      }
    }
    for (Map.Entry<Integer, String> token : added.entrySet()) {
      if (!special.contains(token.getKey())) {
        all[token.getKey()] = token.getValue().getBytes(UTF_8);
      }
    }
    return all;
  }

  private static byte[] bytesOf(String piece, Map<Integer, Byte> byCharacter) throws IOException {
    byte[] bytes = new byte[piece.length()];
    for (int index = 0; index < bytes.length; index++) {
      Byte value = byCharacter.get((int) piece.charAt(index));
      if (value == null) {
        throw new IOException(
            "its decoder is ByteLevel, but its token '%s' is not written in bytes"
                .formatted(piece));
      }
      bytes[index] = value;
    }
    return bytes;
  }

  private static Map<Integer, Byte> byteCharacters() {
    Map<Integer, Byte> bytes = new HashMap<>();
    List<Integer> others = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= 0x21 && value <= 0x7e)
              || (value >= 0xa1 && value <= 0xac)
              || (value >= 0xae && value <= 0xff);
      if (printable) {
        bytes.put(value, (byte) value);
      } else {
        others.add(value);
      }
    }
    for (int index = 0; index < others.size(); index++) {
      bytes.put(0x100 + index, (byte) (int) others.get(index));
    }
    return bytes;
  }
}
