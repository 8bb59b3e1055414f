package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestEncoderTest {
  private static final int ROUNDS = 100;

  private final RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());
  private final RequestEncoder encoder = new RequestEncoder();

  private InferenceRequest again(InferenceRequest request, String id) {
    Decoded decoded = decoder.decode(encoder.encode(request, id), RequestEncoder.encoding(request));
    return ((Decoded.Request) decoded).request();
  }

  @Test
  void tensorsOfEveryDatatypeComeThroughAsTheyWere() {
    RandomTensors tensors = new RandomTensors(new Random(1));
    for (int round = 0; round < ROUNDS; round++) {
      TensorRequest request =
          new TensorRequest(
              "the client's",
              new ModelReference("m", round % 2 == 0 ? null : "3"),
              Map.of("priority", new ParameterValue.Int64(1), "x", new ParameterValue.Text("ü")),
              tensors.someOfEachDatatype(),
              List.of("scores"));
      assertThat(again(request, "ours"))
          .isEqualTo(
              new TensorRequest(
                  "ours",
                  request.model(),
                  request.parameters(),
                  request.inputs(),
                  request.outputs()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'i','model':'m','prompt':'Once'}",
        "{'id':'i','model':'m','prompt':['a','\\ud83d\\ude00\\u0000'],'seed':-7,'logprobs':0}",
        "{'id':'i','model':'m','prompt':[1,2,3],'stream':true,'temperature':0.1}",
        """
        {'id':'i','model':'m','model_version':'2','parameters':{'priority':1,'f':1.5,'b':true,'t':'\\n'},
         'prompt':[[5],[6,7]],'max_tokens':0,'temperature':0,'top_p':0.5,'top_k':40,'n':2,'best_of':3,
         'echo':true,'seed':9223372036854775807,'logprobs':5,'presence_penalty':-2,'frequency_penalty':2.0,
         'logit_bias':{'50256':-100,'1':0.25},'stop':['\\n','end'],'stream':true}"""
      })
  void completionsComeThroughAsTheyWere(String json) {
    CompletionRequest request = Requests.completionRequest(Requests.decode(json));
    assertThat(again(request, "i")).isEqualTo(request);
  }

  @Test
  void theModelThatABodyWasSentToIsTheOneThatIsAsked() {
    ModelReference addressed = new ModelReference("digits", "2");
    String input = "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}]";
    for (String body :
        List.of("{" + input + "}", "{'model_name':'other','model_version':'9'," + input + "}")) {
      Decoded decoded = decoder.decode(Requests.json(body), addressed);
      assertThat(Requests.tensorRequest(decoded).model()).isEqualTo(addressed);
    }
    assertThat(decoder.decode(Requests.json("{" + input + "}"), Encoding.JSON))
        .isInstanceOf(Decoded.Invalid.class);
  }
}
