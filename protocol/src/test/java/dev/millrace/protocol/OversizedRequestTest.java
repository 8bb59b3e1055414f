package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OversizedRequestTest {
  private static final int LIMIT = 100;
  private static final String PADDING = "x".repeat(200_000);
  private static final RequestDecoder DECODER =
      new RequestDecoder(new RequestLimits(LIMIT, 1000, 32));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'i','model_name':'m','model_version':'2','pad':'%s'}",
        " {'x':{'id':'no'},'model_version':2,'model_name':'m','id':'i','pad':'%s",
        "{'model':'m','model_version':'2','id':'i','prompt':'%s'}",
      })
  void saysWhoAskedWhenTheStartTellsIt(String body) {
    byte[] value = Requests.json(body.formatted(PADDING));

    assertThat(DECODER.decode(value, Encoding.JSON))
        .isEqualTo(
            new Decoded.Invalid(
                "i",
                new ModelReference("m", "2"),
                ErrorCode.PAYLOAD_TOO_LARGE,
                "value has %d bytes, at most 100 are allowed".formatted(value.length)));
  }

  @Test
  void theStartMayBreakOffAnywhere() {
    String element = "{'a':[1.5,true,'x',null,-2e3,[[]],{}]},";
    for (int shift = 0; shift < element.length(); shift++) {
      String body = "{'id':'i','pad':'" + "x".repeat(shift) + "','data':[" + element.repeat(4_000);

      assertThat(DECODER.decode(Requests.json(body), Encoding.JSON))
          .as("shifted by %d", shift)
          .isInstanceOfSatisfying(
              Decoded.Invalid.class, invalid -> assertThat(invalid.id()).isEqualTo("i"));
    }
  }

  @Test
  void doesNotLookBehindTheStart() {
    byte[] value = Requests.json("{'pad':'" + PADDING + "','id':'i'}");

    assertThat(((Decoded.Invalid) DECODER.decode(value, Encoding.JSON)).id()).isNull();
  }

  @Test
  void doesNotTakeHalfOfANumberForAVersion() {
    String start = "{'id':'i','model_name':'m','pad':'";
    String end = "','model_version':";
    int pad = (64 << 10) - start.length() - end.length() - 1;
    byte[] value = Requests.json(start + "x".repeat(pad) + end + "123}");

    assertThat(((Decoded.Invalid) DECODER.decode(value, Encoding.JSON)).model())
        .isEqualTo(new ModelReference("m", null));
  }

  @Test
  void aCharacterCutByTheEndOfTheStartDoesNoHarm() {
    for (int shift = 0; shift < 4; shift++) {
      byte[] value = Requests.json("{'id':'i','p':'" + "x".repeat(shift) + "😀".repeat(30_000));

      assertThat(((Decoded.Invalid) DECODER.decode(value, Encoding.JSON)).id()).isEqualTo("i");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "x", "{'a' ", "\u0000", " ", "9", "'"})
  void whatDoesNotStartAsARequestIsADeadLetter(String repeated) {
    byte[] value = Requests.json(repeated.repeat(200_000 / repeated.length()));

    assertThat(DECODER.decode(value, Encoding.JSON)).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void saysWhoAskedWhenTheStartOfAMessageTellsIt() {
    Tensor large = new Tensor("a", Datatype.INT8, new long[] {200_000}, new byte[200_000]);
    byte[] value = Requests.messageWith("i", List.of(large)).toByteArray();

    Decoded.Invalid invalid = (Decoded.Invalid) DECODER.decode(value, Encoding.PROTOBUF);
    assertThat(invalid.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
    assertThat(invalid.id()).isEqualTo("i");
    assertThat(invalid.model()).isEqualTo(new ModelReference("m", "1"));
    assertThat(DECODER.decode(new byte[200_000], Encoding.PROTOBUF))
        .isInstanceOf(Decoded.Malformed.class);
  }
}
