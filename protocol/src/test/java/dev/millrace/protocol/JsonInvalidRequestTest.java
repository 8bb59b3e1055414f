package dev.millrace.protocol;

import static dev.millrace.protocol.Requests.decode;
import static dev.millrace.protocol.Requests.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInvalidRequestTest {
  private static final String ONE = "'name':'a','shape':[1],'datatype':'%s','data':[%s]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INT8   | 300     | an integer from -128 to 127 | 300",
        "INT8   | 1.5     | an integer from -128 to 127 | 1.5",
        "INT8   | 1e2     | an integer from -128 to 127 | 1e2",
        "UINT8  | -1      | an integer from 0 to 255 | -1",
        "UINT16 | 65536   | an integer from 0 to 65535 | 65536",
        "UINT32 | 4294967296 | an integer from 0 to 4294967295 | 4294967296",
        "INT32  | -2147483649 | an integer from -2147483648 to 2147483647 | -2147483649",
        "INT64  | 9223372036854775808 | an integer from -9223372036854775808 | 9223372036854775808",
        "INT64  | 99999999999999999999999999 | an integer | 99999999999999999999999999",
        "UINT64 | 18446744073709551616 | an integer from 0 to 18446744073709551615 | 18446744073709551616",
        "UINT64 | -1      | an integer from 0 | -1",
        "BOOL   | 1       | true or false | 1",
        "BOOL   | 'true'  | true or false | \"true\"",
        "FP16   | 65520   | a number from -65504 to 65504 | 65520",
        "FP32   | 1e39    | a number from -3.4028235E38 | 1e39",
        "FP32   | '1.0'   | a number | \"1.0\"",
        "FP32   | NaN     | a number | NaN",
        "FP32   | Infinity | a number | Infinity",
        "FP64   | -Infinity | a number | -Infinity",
        "FP64   | 1e400   | a number | 1e400",
        "FP32   | null    | a number | null",
        "FP32   | true    | a number | true",
        "FP32   | {'x':1} | a number | an object",
        "FP32   | [1]     | a number | an array",
        "BYTES  | 1       | a string | 1",
        "BYTES  | '\\ud800' | a string | `\"\ud800\"`",
      })
  void rejectsAnElementThatIsNotOfItsDatatype(
      String datatype, String element, String expected, String found) {
    Decoded.Invalid invalid = invalid(withInput(ONE.formatted(datatype, element)));

    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_TENSOR);
    assertThat(invalid.message())
        .startsWith("tensor 'a': element 0: expected " + datatype + " (" + expected)
        .contains("found ");
    if (!datatype.equals("BYTES")) {
      assertThat(invalid.message()).endsWith("found " + found);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'shape':[1],'datatype':'INT8','data':[1] | inputs[0]: name is missing",
        "'name':'','shape':[1],'datatype':'INT8','data':[1] | inputs[0]: name is missing",
        "'name':5,'shape':[1],'datatype':'INT8','data':[1] | inputs[0]: name: expected a string, found 5",
        "'name':'a','datatype':'INT8','data':[1] | tensor 'a': shape is missing",
        "'name':'a','shape':[1],'data':[1] | tensor 'a': datatype is missing",
        "'name':'a','shape':[1],'datatype':'INT8' | tensor 'a': data is missing",
        "'name':'a','shape':[1],'datatype':'INT8','data':null | tensor 'a': data is missing",
        "'name':'a','shape':[1],'datatype':'INT8','data':5 | tensor 'a': data: expected an array, found 5",
        "'data':'x','name':'a','shape':[1],'datatype':'INT8' | tensor 'a': data: expected an array, found \"x\"",
        "'name':'a','shape':1,'datatype':'INT8','data':[1] | tensor 'a': shape: expected an array of integers, found 1",
        "'name':'a','shape':[1.5],'datatype':'INT8','data':[1] | tensor 'a': shape: expected an integer from 0 to 9223372036854775807, found 1.5",
        "'name':'a','shape':[-1,3],'datatype':'INT8','data':[1] | tensor 'a': shape: expected an integer from 0 to 9223372036854775807, found -1",
        "'name':'a','shape':[4294967296,4294967296],'datatype':'INT8','data':[1] | tensor 'a': shape [4294967296, 4294967296]: the number of elements overflows",
        "'name':'a','shape':[9223372036854775808],'datatype':'INT8','data':[1] | tensor 'a': shape: expected an integer from 0 to 9223372036854775807, found 9223372036854775808",
        "'name':'a','shape':[1000000000],'datatype':'FP32','data':[1,2,3] | tensor 'a': shape [1000000000] brings the request to 1000000000 elements, at most 16777216 are allowed",
        "'name':'a','shape':[16000000],'datatype':'FP64','data':[1,2,3] | tensor 'a': shape [16000000] takes 16000000 elements, found 3",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[1,2,3,4,5] | tensor 'a': shape [2, 2] takes 4 elements, found 5",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[1,2,3] | tensor 'a': shape [2, 2] takes 4 elements, found 3",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[[1,2],[3]] | tensor 'a': before element 3: expected 2 entries in dimension 1, found 1",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[[1,2,3,4]] | tensor 'a': before element 4: expected 2 entries in dimension 1, found 4",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[[1,2]] | tensor 'a': before element 2: expected 2 entries in dimension 0, found 1",
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[[1,2],3] | tensor 'a': element 2: expected an array, as dimension 1 of the shape, found 3",
        "'name':'a','shape':[2,1,1],'datatype':'INT8','data':[[1],[2]] | tensor 'a': element 0: expected an array, as dimension 2 of the shape, found 1",
        "'name':'a','shape':[2],'datatype':'int8','data':[1,2] | tensor 'a': datatype 'int8' is not one of [BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BYTES]",
        "'name':'a','shape':[2],'datatype':3,'data':[1,2] | tensor 'a': datatype: expected a string, found 3",
      })
  void rejectsATensorThatIsNotWhatItDeclares(String fields, String message) {
    Decoded.Invalid invalid = invalid(withInput(fields));

    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_TENSOR);
    assertThat(invalid.message()).isEqualTo(message);
    assertThat(invalid.id()).isEqualTo("i");
    assertThat(invalid.model()).isEqualTo(new ModelReference("m", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':'i'} | body has neither inputs nor prompt",
        "{} | body has neither inputs nor prompt",
        "{'model_name':'m'} | inputs is missing",
        "{'model_name':'m','inputs':null} | inputs is missing",
        "{'model_name':'m','inputs':[]} | inputs is empty",
        "{'model_name':'m','inputs':{}} | inputs: expected an array of tensors, found an object",
        "{'model_name':'m','inputs':[3]} | inputs[0]: expected a tensor, found 3",
        "{'inputs':[{'name':'a','shape':[0],'datatype':'INT8','data':[]}]} | model_name is missing",
        "{'model_name':'','inputs':[]} | model_name is missing",
        "{'model_name':['m'],'inputs':[]} | model_name: expected a string, found an array",
        "{'model_name':'m','inputs':[],'prompt':'x'} | body has both inputs and prompt",
        "{'id':5,'model_name':'m','inputs':[]} | id: expected a string, found 5",
        "{'model_version':1.5,'model_name':'m','inputs':[]} | model_version: expected a string, found 1.5",
        "{'model_name':'m','parameters':[],'inputs':[]} | parameters: expected an object, found an array",
        "{'model_name':'m','parameters':{'p':{}},'inputs':[]} | parameter 'p': expected a boolean, a number or a string, found an object",
        "{'model_name':'m','parameters':{'p':null},'inputs':[]} | parameter 'p': expected a boolean, a number or a string, found null",
        "{'model_name':'m','parameters':{'p':9223372036854775808},'inputs':[]} | parameter 'p': expected an integer from -9223372036854775808 to 9223372036854775807, found 9223372036854775808",
        "{'model_name':'m','parameters':{'p':1e999},'inputs':[]} | parameter 'p': expected a number from -1.7976931348623157E308 to 1.7976931348623157E308, found 1e999",
        "{'model_name':'m','outputs':'y','inputs':[]} | outputs: expected an array of requested outputs, found \"y\"",
        "{'model_name':'m','outputs':['y'],'inputs':[]} | outputs[0]: expected an object with a name, found \"y\"",
        "{'model_name':'m','outputs':[{}],'inputs':[]} | outputs[0]: name is missing",
        "{'model_name':'m','x':[{'y':NaN}],'inputs':[]} | 'x': expected JSON, found NaN",
        "{'model_name':'m','x':-Infinity,'inputs':[]} | 'x': expected JSON, found -Infinity",
      })
  void rejectsABodyWithAFieldThatIsMissingOrWrong(String body, String message) {
    Decoded.Invalid invalid = invalid(body);

    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(invalid.message()).isEqualTo(message);
  }

  @Test
  void rejectsTwoTensorsOfOneName() {
    String tensor = "{'name':'a','shape':[1],'datatype':'INT8','data':[1]}";
    Decoded.Invalid invalid =
        invalid("{'model_name':'m','inputs':[%s,%s]}".formatted(tensor, tensor));

    assertThat(invalid.message()).isEqualTo("tensor 'a': name is not unique");
  }

  @Test
  void countsTheElementsOfAllTensorsTogether() {
    RequestDecoder decoder = new RequestDecoder(new RequestLimits(1000, 3, 32));
    String tensors =
        "{'name':'a','shape':[2],'datatype':'INT8','data':[1,2]},"
            + "{'name':'b','shape':[2],'datatype':'INT8','data':[1,2]}";

    assertThat(
            decoder.decode(
                Requests.json("{'model_name':'m','inputs':[" + tensors + "]}"), Encoding.JSON))
        .isEqualTo(
            new Decoded.Invalid(
                null,
                new ModelReference("m", null),
                ErrorCode.INVALID_TENSOR,
                "tensor 'b': shape [2] brings the request to 4 elements, at most 3 are allowed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'late','model_name':'m','model_version':'2','inputs':[{'name':1,'data':[[{}]]}]}",
        "{'inputs':[{'name':1,'data':[[{'x':[1]}]]},{}],'model_version':2,'model_name':'m','id':'late'}",
        "{'inputs':7,'x':{'id':'other'},'model_version':'2','model_name':'m','id':'late'}",
      })
  void findsTheIdAndTheModelBehindTheFault(String body) {
    Decoded.Invalid invalid = invalid(body);

    assertThat(invalid.id()).isEqualTo("late");
    assertThat(invalid.model()).isEqualTo(new ModelReference("m", "2"));
  }

  @Test
  void syntaxThatBreaksBehindAFaultMakesTheWholeMalformed() {
    assertThat(decode("{'inputs':[{'name':1}],'id':'i',}")).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void rejectsANumberOfThousandsOfDigitsWithoutCallingItMalformed() {
    for (String number : new String[] {"9".repeat(5000), "0." + "1".repeat(5000)}) {
      for (String datatype : new String[] {"INT64", "UINT64", "FP16", "FP32", "FP64"}) {
        assertThat(invalid(withInput(ONE.formatted(datatype, number))).message())
            .startsWith("tensor 'a': element 0: expected " + datatype)
            .hasSizeLessThan(300);
      }
    }
  }

  @Test
  void messagesQuoteNoMoreThanAnExcerpt() {
    String megabyte = "x".repeat(1 << 20);

    assertThat(invalid(withInput(ONE.formatted("FP32", "'" + megabyte + "'"))).message())
        .hasSizeLessThan(300);
    assertThat(invalid(withInput(ONE.formatted(megabyte, "1"))).message()).hasSizeLessThan(300);
    assertThat(
            invalid("{'model_name':'m','inputs':[],'parameters':{'" + megabyte + "':[]}}")
                .message())
        .hasSizeLessThan(300);
    assertThat(
            invalid(withInput("'name':'a','shape':[" + "1,".repeat(100) + "1],'data':[]"))
                .message())
        .isEqualTo("tensor 'a': shape has more than 64 dimensions");
  }

  private static Decoded.Invalid invalid(String body) {
    Decoded decoded = decode(body);
    assertThat(decoded).isInstanceOf(Decoded.Invalid.class);
    return (Decoded.Invalid) decoded;
  }
}
