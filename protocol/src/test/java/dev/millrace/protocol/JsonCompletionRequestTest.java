package dev.millrace.protocol;

import static dev.millrace.protocol.Requests.completionRequest;
import static dev.millrace.protocol.Requests.decode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonCompletionRequestTest {
  private static final Sampling DEFAULTS =
      new Sampling(16, 1, 1, 0, 1, 1, false, null, null, 0, 0, Map.of(), List.of());

  @Test
  void takesTheDefaultsOfTheOpenAiApi() {
    CompletionRequest request = completionRequest(decode("{'model':'m','prompt':'Once'}"));

    assertThat(request)
        .isEqualTo(
            new CompletionRequest(
                null,
                new ModelReference("m", null),
                Map.of(),
                List.of(new Prompt.Text("Once")),
                DEFAULTS,
                false));
  }

  @Test
  void takesNullForAnAbsentField() {
    String nulls =
        Stream.of("max_tokens", "temperature", "n", "best_of", "stop", "seed", "logprobs", "stream")
            .map(field -> ",'" + field + "':null")
            .reduce("", String::concat);

    assertThat(completionRequest(decode("{'model':'m','prompt':'Once'" + nulls + "}")).sampling())
        .isEqualTo(DEFAULTS);
  }

  @Test
  void readsEveryField() {
    CompletionRequest request =
        completionRequest(
            decode(
                """
                {'id':'i','model':'m','model_version':'2','parameters':{'priority':1},'prompt':'Once',
                 'max_tokens':0,'temperature':0,'top_p':0.5,'top_k':40,'n':2,'best_of':3,'echo':true,'seed':-7,
                 'logprobs':5,'presence_penalty':-2,'frequency_penalty':2.0,'logit_bias':{'50256':-100},
                 'stop':['\\n','end'],'stream':true,'user':'u','suffix':'s'}"""));

    assertThat(request)
        .isEqualTo(
            new CompletionRequest(
                "i",
                new ModelReference("m", "2"),
                Map.of("priority", new ParameterValue.Int64(1)),
                List.of(new Prompt.Text("Once")),
                new Sampling(
                    0,
                    0,
                    0.5,
                    40,
                    2,
                    3,
                    true,
                    -7L,
                    5,
                    -2,
                    2,
                    Map.of(50256, -100.0),
                    List.of("\n", "end")),
                true));
  }

  @Test
  void allTokensMayBeChosenFromInTwoWays() {
    for (String all : List.of("-1", "0", "null")) {
      CompletionRequest request =
          completionRequest(decode("{'model':'m','prompt':'x','top_k':" + all + "}"));
      assertThat(request.sampling().topK()).isZero();
    }
  }

  @Test
  void theBestAreAsManyAsTheChoicesUnlessSaid() {
    assertThat(completionRequest(decode("{'model':'m','prompt':'x','n':4}")).sampling().bestOf())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void readsEachFormOfAPrompt(String prompt, List<Prompt> expected) {
    assertThat(completionRequest(decode("{'model':'m','prompt':" + prompt + "}")).prompts())
        .isEqualTo(expected);
  }

  static Stream<Arguments> prompts() {
    return Stream.of(
        Arguments.of("'a'", List.of(new Prompt.Text("a"))),
        Arguments.of("['a','b']", List.of(new Prompt.Text("a"), new Prompt.Text("b"))),
        Arguments.of("[1,2]", List.of(new Prompt.Tokens(List.of(1, 2)))),
        Arguments.of(
            "[[1],[2,3]]",
            List.of(new Prompt.Tokens(List.of(1)), new Prompt.Tokens(List.of(2, 3)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'prompt':'' | prompt is empty",
        "'prompt':[] | prompt is empty",
        "'prompt':[[]] | prompt is empty",
        "'prompt':['a',''] | prompt is empty",
        "'prompt':null | prompt is missing",
        "'prompt':5 | prompt: expected a string or an array, found 5",
        "'prompt':[true] | prompt: expected strings, token ids or arrays of token ids, found true",
        "'prompt':['a',1] | prompt: expected a string, found 1",
        "'prompt':[1,'a'] | prompt: expected an integer from 0 to 2147483647, found \"a\"",
        "'prompt':[-1] | prompt: expected an integer from 0 to 2147483647, found -1",
        "'prompt':[[1],2] | prompt: expected an array of token ids, found 2",
        "'prompt':[[1,[2]]] | prompt: expected an integer from 0 to 2147483647, found an array",
        "'prompt':'\\ud83d' | prompt: holds half of a surrogate pair",
        "'prompt':'a','max_tokens':-1 | max_tokens: expected an integer from 0 to 2147483647, found -1",
        "'prompt':'a','max_tokens':1.0 | max_tokens: expected an integer from 0 to 2147483647, found 1.0",
        "'prompt':'a','temperature':2.1 | temperature: expected a number from 0.0 to 2.0, found 2.1",
        "'prompt':'a','temperature':NaN | temperature: expected a number from 0.0 to 2.0, found NaN",
        "'prompt':'a','top_p':'1' | top_p: expected a number from 0.0 to 1.0, found \"1\"",
        "'prompt':'a','top_k':-2 | top_k: expected an integer from -1 to 2147483647, found -2",
        "'prompt':'a','n':0 | n: expected an integer from 1 to 128, found 0",
        "'prompt':'a','n':3,'best_of':2 | best_of: expected at least n, which is 3, found 2",
        "'prompt':'a','logprobs':6 | logprobs: expected an integer from 0 to 5, found 6",
        "'prompt':'a','echo':1 | echo: expected true or false, found 1",
        "'prompt':'a','stream':'yes' | stream: expected true or false, found \"yes\"",
        "'prompt':'a','seed':1e3 | seed: expected an integer from -9223372036854775808 to 9223372036854775807, found 1e3",
        "'prompt':'a','presence_penalty':-3 | presence_penalty: expected a number from -2.0 to 2.0, found -3",
        "'prompt':'a','frequency_penalty':3 | frequency_penalty: expected a number from -2.0 to 2.0, found 3",
        "'prompt':'a','logit_bias':[] | logit_bias: expected an object, found an array",
        "'prompt':'a','logit_bias':{'x':1} | logit_bias: expected token ids as names, found 'x'",
        "'prompt':'a','logit_bias':{'-1':1} | logit_bias: expected token ids as names, found '-1'",
        "'prompt':'a','logit_bias':{'1':101} | logit_bias: expected a number from -100.0 to 100.0, found 101",
        "'prompt':'a','stop':'' | stop: expected a string that is not empty",
        "'prompt':'a','stop':[1] | stop: expected a string, found 1",
        "'prompt':'a','stop':['a','b','c','d','e'] | stop: expected at most 4 strings, found more",
      })
  void rejectsAFieldOutOfItsRangeAndNamesIt(String fields, String message) {
    String param = message.substring(0, message.indexOf(message.contains(":") ? ':' : ' '));

    assertThat(decode("{'model':'m'," + fields + ",'id':'i'}"))
        .isEqualTo(
            new Decoded.Invalid(
                "i", new ModelReference("m", null), ErrorCode.INVALID_REQUEST, message, param));
  }

  @Test
  void rejectsAPromptForNoModel() {
    assertThat(decode("{'prompt':'a'}"))
        .isEqualTo(
            new Decoded.Invalid(
                null, null, ErrorCode.INVALID_REQUEST, "model is missing", "model"));
  }

  @Test
  void boundsTheNumberOfTokens() {
    RequestDecoder decoder = new RequestDecoder(new RequestLimits(1000, 3, 32));

    assertThat(decoder.decode(Requests.json("{'model':'m','prompt':[[1,2],[3,4]]}"), Encoding.JSON))
        .isInstanceOf(Decoded.Invalid.class);
  }
}
