package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the bytes are, decoding ends with a value, and a request that comes of it is sound. */
class MutatedRequestTest {
  private static final int ROUNDS = 20_000;

  private final RequestDecoder decoder = new RequestDecoder(new RequestLimits(4000, 2000, 32));

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void mutatedRequestsAreAlwaysDecidedOn(Encoding encoding) {
    Random random = new Random(3);
    List<byte[]> originals = seeds(encoding, random);
    int requests = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] value = originals.get(random.nextInt(originals.size())).clone();
      for (int mutations = random.nextInt(4); mutations >= 0; mutations--) {
        value = mutate(value, originals, random);
      }
      Decoded decoded = decoder.decode(value, encoding);
      check(decoded);
      requests += decoded instanceof Decoded.Request ? 1 : 0;
    }
    // Some mutations are harmless; were there none, nothing behind the first check would be tried.
    assertThat(requests).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void randomBytesAreAlwaysDecidedOn(Encoding encoding) {
    Random random = new Random(4);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] value = new byte[random.nextInt(100)];
      random.nextBytes(value);
      check(decoder.decode(value, encoding));
    }
  }

  @Test
  void randomTokensAreAlwaysDecidedOn() {
    Random random = new Random(5);
    String[] tokens = {
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "'inputs'",
      "'prompt'",
      "'data'",
      "'shape'",
      "'name'",
      "'id'",
      "'datatype'",
      "'FP32'",
      "'BYTES'",
      "1",
      "-1.5",
      "1e99",
      "NaN",
      "null",
      "true",
      "'ä'",
      " "
    };
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder("{'inputs':[{");
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(tokens[random.nextInt(tokens.length)]);
      }
      check(decoder.decode(Requests.json(text.toString()), Encoding.JSON));
    }
  }

  private static List<byte[]> seeds(Encoding encoding, Random random) {
    List<Tensor> tensors = new RandomTensors(random).someOfEachDatatype();
    return switch (encoding) {
      case JSON ->
          List.of(
              Requests.jsonWith("i", tensors),
              Requests.json(
                  """
                  {'data':0,'inputs':[{'data':[[1,2],[3,4]],'shape':[2,2],'datatype':'INT8','name':'a'}],
                   'parameters':{'a':1,'b':true},'outputs':[{'name':'y'}],'model_name':'m','id':'i'}"""),
              Requests.json(
                  """
                  {'model':'m','prompt':[[1,2],[3]],'max_tokens':5,'temperature':0.5,'stop':['a','b'],
                   'logit_bias':{'5':-1},'n':2,'best_of':3,'seed':7,'stream':true}"""));
      case PROTOBUF ->
          List.of(
              Requests.messageWith("i", tensors).toByteArray(),
              Requests.messageWith("i", tensors.subList(0, 2)).toByteArray());
    };
  }

  private static byte[] mutate(byte[] value, List<byte[]> others, Random random) {
    if (value.length == 0) {
      return value;
    }
    int position = random.nextInt(value.length);
    switch (random.nextInt(6)) {
      case 0 -> value[position] = (byte) random.nextInt();
      case 1 -> value[position] ^= (byte) (1 << random.nextInt(8));
      case 2 -> {
        return Arrays.copyOf(value, position);
      }
      case 3 -> {
        byte[] punctuation = {'{', '}', '[', ']', ',', ':', '"', '-', 'e', '9', 0, (byte) 0xff};
        value[position] = punctuation[random.nextInt(punctuation.length)];
      }
      case 4 -> {
        byte[] other = others.get(random.nextInt(others.size()));
        int length = Math.min(random.nextInt(20), Math.min(other.length, value.length) - 1);
        System.arraycopy(
            other,
            random.nextInt(other.length - length),
            value,
            random.nextInt(value.length - length),
            length);
      }
      default -> {
        int end = position + random.nextInt(value.length - position);
        byte[] shorter = Arrays.copyOf(value, value.length - (end - position));
        System.arraycopy(value, end, shorter, position, value.length - end);
        return shorter;
      }
    }
    return value;
  }

  private static void check(Decoded decoded) {
    if (decoded instanceof Decoded.Request request) {
      assertThat(request.request().model().name()).isNotEmpty();
    } else if (decoded instanceof Decoded.Invalid invalid) {
      assertThat(invalid.message()).isNotEmpty().hasSizeLessThanOrEqualTo(300);
    } else if (decoded instanceof Decoded.Malformed malformed) {
      assertThat(malformed.message())
          .isNotEmpty()
          .hasSizeLessThanOrEqualTo(300)
          // A parser's defect, caught at the last line of defence.
          .doesNotContain("value cannot be read");
    }
  }
}
