package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.CompletionResult.Logprobs;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what is particular to completions in the object of a result. */
final class CompletionReader {
  private CompletionReader() {}

  static List<Choice> choices(JsonParser parser) throws IOException, InvalidRequestException {
    List<Choice> choices = new ArrayList<>();
    forEach(parser, "choices", () -> choices.add(choice(parser)));
    return choices;
  }

  static Usage usage(JsonParser parser) throws IOException, InvalidRequestException {
    requireObject(parser, "usage");
    int prompt = 0;
    int completion = 0;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "prompt_tokens" -> prompt = count(parser, field);
        case "completion_tokens" -> completion = count(parser, field);
        default -> JsonValues.skip(parser, field);
      }
    }
    return new Usage(prompt, completion);
  }

  private static Choice choice(JsonParser parser) throws IOException, InvalidRequestException {
    requireObject(parser, "choices");
    int index = 0;
    String text = "";
    Logprobs logprobs = null;
    FinishReason reason = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (field) {
        case "index" -> index = count(parser, field);
        case "text" -> text = JsonValues.text(parser, field);
        case "logprobs" -> logprobs = logprobs(parser);
        case "finish_reason" -> reason = reason(parser, field);
        default -> JsonValues.skip(parser, field);
      }
    }
    if (reason == null) {
      throw InvalidRequestException.request("finish_reason is missing");
    }
    return new Choice(index, text, logprobs, reason);
  }

  private static FinishReason reason(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    String name = JsonValues.text(parser, field);
    FinishReason reason = FinishReason.fromWireName(name).orElse(null);
    if (reason == null) {
      throw InvalidRequestException.request("finish_reason is unknown: " + Excerpt.quoted(name));
    }
    return reason;
  }

  private static Logprobs logprobs(JsonParser parser) throws IOException, InvalidRequestException {
    requireObject(parser, "logprobs");
    List<String> tokens = new ArrayList<>();
    List<@Nullable Double> chosen = new ArrayList<>();
    List<@Nullable Map<String, Double>> top = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "tokens" -> forEach(parser, field, () -> tokens.add(JsonValues.text(parser, field)));
        case "token_logprobs" -> forEach(parser, field, () -> chosen.add(number(parser)));
        case "top_logprobs" -> forEach(parser, field, () -> top.add(alternatives(parser)));
        case "text_offset" -> forEach(parser, field, () -> offsets.add(count(parser, field)));
        default -> JsonValues.skip(parser, field);
      }
    }
    return new Logprobs(tokens, chosen, top, offsets);
  }

  private static @Nullable Map<String, Double> alternatives(JsonParser parser)
      throws IOException, InvalidRequestException {
    if (parser.hasToken(JsonToken.VALUE_NULL)) {
      return null;
    }
    requireObject(parser, "top_logprobs");
    Map<String, Double> alternatives = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String token = parser.currentName();
      parser.nextToken();
      Double logprob = number(parser);
      if (logprob != null) {
        alternatives.put(token, logprob);
      }
    }
    return alternatives;
  }

  private static @Nullable Double number(JsonParser parser)
      throws IOException, InvalidRequestException {
    return parser.hasToken(JsonToken.VALUE_NULL)
        ? null
        : JsonValues.number(parser, "logprobs", -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private static int count(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    return (int) JsonValues.integer(parser, field, 0, Integer.MAX_VALUE);
  }

  /** Runs for each element of the array a parser stands on, with the parser on the element. */
  private static void forEach(JsonParser parser, String field, ElementReader reader)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, field, "an array");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      reader.read();
    }
  }

  private static void requireObject(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, field, "an object");
    }
  }

  /** Reads an element. */
  @FunctionalInterface
  private interface ElementReader {
    void read() throws IOException, InvalidRequestException;
  }
}
