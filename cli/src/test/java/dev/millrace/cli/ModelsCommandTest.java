package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks real models with the real libtorch. */
class ModelsCommandTest {
  private static final Path FIXTURES = Path.of("../engines/src/test/resources/models");

  @TempDir Path directory;

  @Test
  void aTextModelThatKeepsTheContractPasses() {
    Execution execution = check(FIXTURES.resolve("babble"));

    assertThat(execution.out())
        .contains("model babble", "a prompt in chunks")
        .doesNotContain("LACKS");
    assertThat(execution.status()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aModelThatScoresTensorsPassesToo() {
    Execution execution = check(FIXTURES.resolve("affine/1"));

    assertThat(execution.status()).isEqualTo(ExitCode.OK);
    assertThat(execution.out()).contains("ok     the engine loads it");
  }

  @Test
  void saysWhichFileOrFieldIsMissing() throws IOException {
    Path model = copy(FIXTURES.resolve("babble/1"), directory.resolve("babble/1"));
    Files.delete(model.resolve("tokenizer.json"));

    Execution execution = check(model);

    assertThat(execution.status()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(execution.out()).contains("LACKS").contains("tokenizer.json: no such file");
  }

  @Test
  void saysWhatAModelDoesThatIsNotAsDeclared() throws IOException {
    Path model = copy(FIXTURES.resolve("babble/1"), directory.resolve("babble/1"));
    Path config = model.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));

    Execution execution = check(model);

    assertThat(execution.status()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(execution.out()).contains("ok     libtorch loads").contains("LACKS  forward takes");
  }

  @Test
  void aDirectoryThatIsNotThereIsNoModel() {
    assertThat(check(directory.resolve("none")).status()).isEqualTo(ExitCode.UNAVAILABLE);
  }

  private static Execution check(Path model) {
    return Execution.of("models", "check", "--device", "cpu", model.toString());
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }
}
