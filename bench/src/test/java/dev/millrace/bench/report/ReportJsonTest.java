package dev.millrace.bench.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
  @Test
  void everyFigureOfEveryRoundIsThere() throws Exception {
    Map<String, String> values = values(Example.report());

    assertThat(values)
        .containsEntry("/benchmark", "saturation")
        .containsEntry("/environment/cores", "2")
        .containsEntry("/conditions/model", "digits/1")
        .containsEntry("/systems/1/system", "millrace")
        .containsEntry("/systems/1/measures/answers-per-second/median", "21000.0")
        .containsEntry("/systems/1/measures/answers-per-second/rounds/0", "20000.0")
        .containsEntry("/systems/1/measures/all-cpu/unit", "µs/answer")
        .containsEntry("/checks/0/target", "≥ 0.6")
        .containsEntry("/checks/0/met", "true")
        .containsEntry("/violations/0", "window: 3 answers too many");
  }

  @Test
  void whatIsNoNumberIsNull() throws Exception {
    assertThat(values(Example.report()))
        .containsEntry("/checks/1/median", "null")
        .containsEntry("/checks/1/rounds/0", "null")
        .doesNotContainKey("/checks/1/target");
  }

  /** All scalars by where they stand. */
  private static Map<String, String> values(Report report) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ReportJson.write(report, bytes);
    Map<String, String> values = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(bytes.toString(UTF_8))) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isScalarValue()) {
          JsonPointer where = json.getParsingContext().pathAsPointer();
          values.put(where.toString(), json.getText());
        }
      }
    }
    return values;
  }
}
