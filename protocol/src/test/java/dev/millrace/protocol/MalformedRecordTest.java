package dev.millrace.protocol;

import static dev.millrace.protocol.Requests.decode;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedRecordTest {
  private static final RequestDecoder DECODER = new RequestDecoder(RequestLimits.defaults());

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void nothingIsNoRequest(Encoding encoding) {
    assertThat(DECODER.decode(null, encoding)).isEqualTo(new Decoded.Malformed("value is empty"));
    assertThat(DECODER.decode(new byte[0], encoding))
        .isEqualTo(new Decoded.Malformed("value is empty"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "` ` | value is blank",
        "[] | expected a JSON object, found an array",
        "[{'model_name':'m'}] | expected a JSON object, found an array",
        "5 | expected a JSON object, found 5",
        "'text' | expected a JSON object, found \"text\"",
        "\ufeff\ufeff{} | not JSON at byte",
        "null | expected a JSON object, found null",
        "NaN | expected a JSON object, found NaN",
        "{} {} | expected the end, found an object at byte 3",
        "{}x | not JSON at byte",
        "{'a':1,} | not JSON at byte",
        "{'a':1 | not JSON at byte",
        "{'a' | not JSON at byte",
        "{ | not JSON at byte",
        "{'a':01} | not JSON at byte",
        "{'a':tru} | not JSON at byte",
        "{'id':'x','id':'y'} | not JSON at byte 14: Duplicate field 'id'",
        "{'inputs':[{'name':'a','name':'b'}]} | Duplicate field 'name'",
        "{'x':{'y':{'z':1,'z':2}}} | Duplicate field 'z'",
        "{'a':'\u0001'} | not JSON at byte",
        "random bytes | not JSON at byte",
      })
  void whatIsNotOneJsonObjectIsNoRequest(String text, String message) {
    assertThat(malformed(Requests.json(text)).message()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void otherEncodingsOfTextAreNoRequest(String charset) {
    byte[] value = "{\"model_name\":\"m\",\"id\":\"i\"}".getBytes(Charset.forName(charset));

    malformed(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "c0 af",
        "c3",
        "c3 28",
        "e0 80 af",
        "ed a0 80",
        "e2 82",
        "f0 80 80 af",
        "f4 90 80 80",
        "f8 88 80 80 80",
        "ff"
      })
  void invalidUtf8IsNoRequestEvenWhereItWouldBeSkipped(String hexadecimal) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    value.writeBytes(Requests.json("{'unknown':{'x':'"));
    value.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hexadecimal));
    value.writeBytes(Requests.json("'},'id':'i'}"));

    assertThat(malformed(value.toByteArray()).message()).isEqualTo("not UTF-8 at byte 17");
  }

  @Test
  void nestingBeyondTheLimitIsNoRequest() {
    assertThat(decode("{'x':" + "[".repeat(31) + "]".repeat(31) + "}"))
        .isInstanceOf(Decoded.Invalid.class);
    assertThat(decode("{'x':" + "[".repeat(32) + "]".repeat(32) + "}"))
        .isInstanceOf(Decoded.Malformed.class);
    malformed(Requests.json("[".repeat(5_000_000)));
    malformed(Requests.json("{'a':".repeat(1_000_000)));
  }

  @Test
  void messagesQuoteNoMoreThanAnExcerpt() {
    String megabyte = "x".repeat(1 << 20);

    for (String text :
        new String[] {
          megabyte,
          "'" + megabyte + "'",
          "{'a':" + megabyte + "}",
          "{'a':'" + megabyte,
          "{'" + megabyte + "':1,'" + megabyte + "':2}",
          "9".repeat(1 << 20)
        }) {
      assertThat(malformed(Requests.json(text)).message()).hasSizeLessThanOrEqualTo(300);
    }
  }

  @Test
  void everyTruncationOfARequestIsNoRequest() {
    String body =
        "{'id':'i','model_name':'m','inputs':[{'data':[1.5,2],'name':'ä','shape':[2],'datatype':'FP32'}]}";
    byte[] value = Requests.json(body);

    assertThat(DECODER.decode(value, Encoding.JSON)).isInstanceOf(Decoded.Request.class);
    for (int length = 1; length < value.length; length++) {
      malformed(Arrays.copyOf(value, length));
    }
  }

  private static Decoded.Malformed malformed(byte @Nullable [] value) {
    Decoded decoded = DECODER.decode(value, Encoding.JSON);
    assertThat(decoded)
        .as(
            value == null
                ? "null"
                : new String(value, 0, Math.min(99, value.length), StandardCharsets.ISO_8859_1))
        .isInstanceOf(Decoded.Malformed.class);
    return (Decoded.Malformed) decoded;
  }
}
