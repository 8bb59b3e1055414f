package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a process logs with each of the configurations that servers have. */
class LogFormatTest {
  private static final Path CONFIGURATIONS =
      Path.of(System.getProperty("millrace.home", "..")).resolve("flink-conf").toAbsolutePath();

  @TempDir Path directory;

  /** Logs a line of a request that is told of, one of one that went well, and one of no request. */
  static final class Logging {
    private Logging() {}

    public static void main(String[] arguments) {
      Logger log = LoggerFactory.getLogger("dev.millrace.gateway.access");
      MDC.put("request_id", "req-1");
      MDC.put("trace_id", "00000000000000000000000000000001");
      log.info("a \"quoted\"\nmessage", new IllegalStateException("with a\ncause"));
      log.debug("went well");
      MDC.clear();
      LoggerFactory.getLogger("elsewhere").info("of no request");
    }
  }

  private String log(LogFormat format, String configurations, String access) throws Exception {
    Path file = directory.resolve("file.log");
    Path errors = directory.resolve("errors.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dmillrace.log=" + file,
                    "-Dmillrace.log.file=" + file,
                    "-Dmillrace.log.access=" + access,
                    "-Dlog4j2.configurationFile=" + format.configuration(configurations),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Logging.class.getName()))
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    if (configurations.startsWith("classpath:")) {
      return Files.readString(errors);
    }
    assertThat(errors).isEmptyFile();
    return Files.readString(file);
  }

  private static String directory(String name) {
    return name.startsWith("classpath:") ? name : CONFIGURATIONS.resolve(name).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "standalone", "classpath:dev/millrace/cli/serving"})
  void jsonIsOneObjectALineWithItsRequest(String configurations) throws Exception {
    List<String> lines = log(LogFormat.JSON, directory(configurations), "debug").lines().toList();

    assertThat(lines).hasSize(3);
    ObjectMapper mapper = new ObjectMapper();
    JsonNode line = mapper.readTree(lines.get(0));
    assertThat(line.path("@timestamp").asText()).matches("[0-9T:.-]+Z");
    assertThat(line.path("log.level").asText()).isEqualTo("INFO");
    assertThat(line.path("log.logger").asText()).isEqualTo("dev.millrace.gateway.access");
    assertThat(line.path("process.thread.name").asText()).isEqualTo("main");
    assertThat(line.path("message").asText()).isEqualTo("a \"quoted\"\nmessage");
    assertThat(line.path("error.stack_trace").asText()).contains("with a\ncause", "\tat ");
    assertThat(line.path("request_id").asText()).isEqualTo("req-1");
    assertThat(line.path("trace_id").asText()).isEqualTo("00000000000000000000000000000001");
    assertThat(mapper.readTree(lines.get(1)).path("log.level").asText()).isEqualTo("DEBUG");
    assertThat(mapper.readTree(lines.get(2)).has("request_id")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "standalone", "classpath:dev/millrace/cli/serving"})
  void textHasTheIdOfTheRequestWhereThereIsOne(String configurations) throws Exception {
    String text = log(LogFormat.TEXT, directory(configurations), "info");

    assertThat(text)
        .contains("[main] req-1 a \"quoted\"", "[main] of no request")
        .doesNotContain("went well");
  }
}
