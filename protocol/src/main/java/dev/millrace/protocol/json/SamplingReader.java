package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the structured sampling options of a completion request. */
final class SamplingReader {
  private static final int MAXIMUM_STOPS = 4;
  private static final double MAXIMUM_BIAS = 100;

  private SamplingReader() {}

  /** A string, or an array of at most four. */
  static List<String> stop(JsonParser parser) throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      return List.of(stopText(parser));
    }
    List<String> stops = new ArrayList<>(MAXIMUM_STOPS);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (stops.size() == MAXIMUM_STOPS) {
        throw InvalidRequestException.field(
            "stop", "stop: expected at most %d strings, found more".formatted(MAXIMUM_STOPS));
      }
      stops.add(stopText(parser));
    }
    return stops;
  }

  /** An object of token ids to biases. */
  static Map<Integer, Double> logitBias(JsonParser parser)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, "logit_bias", "an object");
    }
    Map<Integer, Double> biases = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      int token = tokenId(parser.currentName());
      parser.nextToken();
      biases.put(token, JsonValues.number(parser, "logit_bias", -MAXIMUM_BIAS, MAXIMUM_BIAS));
    }
    return biases;
  }

  private static String stopText(JsonParser parser) throws IOException, InvalidRequestException {
    String text = JsonValues.text(parser, "stop");
    if (text.isEmpty()) {
      throw InvalidRequestException.field("stop", "stop: expected a string that is not empty");
    }
    return text;
  }

  private static int tokenId(String name) throws InvalidRequestException {
    try {
      int token = Integer.parseInt(name);
      if (token >= 0) {
        return token;
      }
    } catch (NumberFormatException notAnInteger) {
      // Answered below, with the same words as a negative one.
    }
    throw InvalidRequestException.field(
        "logit_bias", "logit_bias: expected token ids as names, found " + Excerpt.quoted(name));
  }
}
