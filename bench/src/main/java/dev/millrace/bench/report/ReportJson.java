package dev.millrace.bench.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** A report as programs read it: every figure of every round. */
public final class ReportJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ReportJson() {}

  /** Writes a report as one JSON object, UTF-8. */
  public static void write(Report report, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("benchmark", report.benchmark());
      json.writeStringField("title", report.title());
      environment(json, report.environment());
      json.writeObjectFieldStart("conditions");
      for (Map.Entry<String, String> condition : report.conditions().entrySet()) {
        json.writeStringField(condition.getKey(), condition.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("systems");
      for (Row row : report.rows()) {
        row(json, row);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("checks");
      for (Check check : report.checks()) {
        check(json, check);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("violations");
      for (String violation : report.violations()) {
        json.writeString(violation);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void environment(JsonGenerator json, Environment environment) throws IOException {
    json.writeObjectFieldStart("environment");
    json.writeStringField("date", environment.date().toString());
    json.writeNumberField("cores", environment.cores());
    json.writeNumberField("memory-bytes", environment.memoryBytes());
    json.writeNumberField("heap-bytes", environment.heapBytes());
    json.writeStringField("java", environment.java());
    json.writeStringField("system", environment.system());
    json.writeEndObject();
  }

  private static void row(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("system", row.system());
    json.writeStringField("setting", row.setting());
    json.writeObjectFieldStart("measures");
    for (Map.Entry<Measure, Figures> measured : row.figures().entrySet()) {
      json.writeObjectFieldStart(measured.getKey().key());
      json.writeStringField("unit", measured.getKey().unit());
      figures(json, measured.getValue());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void check(JsonGenerator json, Check check) throws IOException {
    json.writeStartObject();
    json.writeStringField("what", check.what());
    json.writeStringField("unit", check.unit());
    figures(json, check.figures());
    Target target = check.target();
    if (target != null) {
      json.writeStringField("target", target.side().sign() + " " + target.bound());
      json.writeBooleanField("met", target.isMetBy(check.figures().median()));
    }
    json.writeEndObject();
  }

  private static void figures(JsonGenerator json, Figures figures) throws IOException {
    number(json, "median", figures.median());
    number(json, "least", figures.least());
    number(json, "most", figures.most());
    json.writeArrayFieldStart("rounds");
    for (double round : figures.rounds()) {
      if (Double.isFinite(round)) {
        json.writeNumber(round);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  /** JSON has neither NaN nor infinities. */
  private static void number(JsonGenerator json, String name, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(name, value);
    } else {
      json.writeNullField(name);
    }
  }
}
