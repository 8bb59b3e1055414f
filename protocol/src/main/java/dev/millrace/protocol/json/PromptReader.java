package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a prompt: a string, an array of strings, of token ids, or of arrays of token ids. */
final class PromptReader {
  private static final String FIELD = "prompt";

  private final long maximumElements;
  private long elements;

  PromptReader(long maximumElements) {
    this.maximumElements = maximumElements;
  }

  List<Prompt> read(JsonParser parser) throws IOException, InvalidRequestException {
    if (parser.hasToken(JsonToken.VALUE_STRING)) {
      return List.of(text(parser));
    }
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, FIELD, "a string or an array");
    }
    JsonToken first = parser.nextToken();
    if (first == JsonToken.VALUE_NUMBER_INT) {
      return List.of(tokens(parser));
    }
    if (first == JsonToken.END_ARRAY) {
      throw InvalidRequestException.field(FIELD, "prompt is empty");
    }
    if (first != JsonToken.VALUE_STRING && first != JsonToken.START_ARRAY) {
      throw JsonValues.unexpected(parser, FIELD, "strings, token ids or arrays of token ids");
    }
    return prompts(parser, first == JsonToken.VALUE_STRING);
  }

  /** Reads prompts that are all of one kind, the first of which the parser stands on. */
  private List<Prompt> prompts(JsonParser parser, boolean asText)
      throws IOException, InvalidRequestException {
    List<Prompt> prompts = new ArrayList<>();
    do {
      if (asText) {
        prompts.add(text(parser));
      } else if (parser.hasToken(JsonToken.START_ARRAY)) {
        parser.nextToken();
        prompts.add(tokens(parser));
      } else {
        throw JsonValues.unexpected(parser, FIELD, "an array of token ids");
      }
    } while (parser.nextToken() != JsonToken.END_ARRAY);
    return prompts;
  }

  private Prompt text(JsonParser parser) throws IOException, InvalidRequestException {
    String text = JsonValues.text(parser, FIELD);
    if (text.isEmpty()) {
      throw InvalidRequestException.field(FIELD, "prompt is empty");
    }
    countElement();
    return new Prompt.Text(text);
  }

  /** Reads token ids from the one the parser stands on up to the end of their array. */
  private Prompt tokens(JsonParser parser) throws IOException, InvalidRequestException {
    List<Integer> tokens = new ArrayList<>();
    for (; !parser.hasToken(JsonToken.END_ARRAY); parser.nextToken()) {
      countElement();
      tokens.add((int) JsonValues.integer(parser, FIELD, 0, Integer.MAX_VALUE));
    }
    if (tokens.isEmpty()) {
      throw InvalidRequestException.field(FIELD, "prompt is empty");
    }
    return new Prompt.Tokens(tokens);
  }

  private void countElement() throws InvalidRequestException {
    if (++elements > maximumElements) {
      throw InvalidRequestException.field(
          FIELD, "prompt has more than %d elements".formatted(maximumElements));
    }
  }
}
