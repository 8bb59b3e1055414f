package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text generation with the real libtorch: a TorchScript model of random weights over bytes. */
class TextEngineTest {
  private static final int SLOTS = 4;
  private static final int CONTEXT = 96;

  private Engine engine;

  @BeforeEach
  void open() throws Exception {
    engine = Fixtures.ONE_STREAM.open(Fixtures.model("babble"), GpuAllotment.UNMANAGED);
  }

  @AfterEach
  void close() {
    engine.close();
    assertThat(PyTorchEngineProvider.loadedModels()).isZero();
  }

  private static Tokens tokens(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int index = 0; index < ids.length; index++) {
      // As the tokenizer numbers them: by the characters that stand for bytes, in their order.
      ids[index] = Byte.toUnsignedInt(bytes[index]) - '!';
    }
    return Tokens.of(ids);
  }

  private static Work.Generation work(
      String prompt, int maxTokens, double temperature, int choices) {
    return new Work.Generation(
        List.of(tokens(prompt)),
        new Sampling(
            maxTokens,
            temperature,
            1,
            0,
            choices,
            choices,
            false,
            null,
            null,
            0,
            0,
            Map.of(),
            List.of()),
        prompt.hashCode(),
        true);
  }

  private String alone(Work.Generation work) {
    HeardTexts heard = new HeardTexts();
    engine.start(List.of(new EngineRequest(0, work)), heard);
    return heard.text(0);
  }

  @Test
  void theTokenizerKnowsTheBytes() throws Exception {
    ModelSpec model = Fixtures.model("babble");
    try (HuggingFaceTextTokenizer tokenizer =
        HuggingFaceTextTokenizer.open(Path.of(model.directory(), TextModelSpec.TOKENIZER))) {
      Tokens encoded = tokenizer.encode("Aé z");
      assertThat(tokenizer.decode(encoded)).isEqualTo("Aé z");
      assertThat(encoded.size()).isEqualTo(5);
      assertThat(tokenizer.encode("Az")).isEqualTo(tokens("Az"));
      assertThat(tokenizer.longestToken()).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void generatesAndTellsOfEachToken() {
    HeardTexts heard = new HeardTexts();
    engine.start(List.of(new EngineRequest(7, work("Onceuponatime", 20, 0, 1))), heard);
    String text = heard.text(7);
    assertThat(heard.tokens(7)).hasSizeBetween(1, 20);
    assertThat(heard.pieces(7)).isEqualTo(text).isNotEmpty();
    Outcome.Generated generated = (Outcome.Generated) heard.await(7);
    assertThat(generated.usage().promptTokens()).isEqualTo(13);
    assertThat(generated.usage().completionTokens()).isEqualTo(heard.tokens(7).size());
    assertThat(generated.times().firstTokenNanos()).isPositive();
  }

  @Test
  void eachHasTheTextThatItHasAloneWhoeverIsBeside() {
    Random random = new Random(2);
    List<Work.Generation> works = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int request = 0; request < 24; request++) {
      String prompt = "abcdefghijklmnopqrstuvwxyz".repeat(3).substring(random.nextInt(40));
      Work.Generation work =
          work(
              prompt.substring(0, 1 + random.nextInt(Math.min(40, prompt.length()))),
              1 + random.nextInt(40),
              random.nextBoolean() ? 0 : 1,
              1);
      works.add(work);
      expected.add(alone(work));
    }
    HeardTexts heard = new HeardTexts();
    for (int request = 0; request < works.size(); request++) {
      engine.start(List.of(new EngineRequest(request, works.get(request))), heard);
    }
    for (int request = 0; request < works.size(); request++) {
      assertThat(heard.text(request)).as("request %d", request).isEqualTo(expected.get(request));
    }
  }

  @Test
  void goesOnWhereAFormerLifeHasEnded() {
    Work.Generation work = work("resume", 40, 1, 1);
    HeardTexts undisturbed = new HeardTexts();
    engine.start(List.of(new EngineRequest(0, work)), undisturbed);
    String text = undisturbed.text(0);
    List<GeneratedToken> all = undisturbed.tokens(0);
    HeardTexts heard = new HeardTexts();
    for (int lived = 0; lived <= all.size(); lived += 3) {
      engine.start(List.of(new EngineRequest(lived, work, List.of(all.subList(0, lived)))), heard);
      assertThat(heard.text(lived)).isEqualTo(text);
      assertThat(heard.tokens(lived)).isEqualTo(all.subList(lived, all.size()));
    }
  }

  @Test
  void aCancelStopsASequenceAndSaysHowManyTokensItHad() {
    HeardTexts heard = new HeardTexts();
    // Many, so that the last of them still runs or waits when it is cancelled.
    for (int request = 0; request < 200; request++) {
      engine.start(List.of(new EngineRequest(request, work("x" + request, 80, 1, 1))), heard);
    }
    engine.cancel(199);
    Outcome.Cancelled cancelled = (Outcome.Cancelled) heard.await(199);
    assertThat(cancelled.usage().promptTokens()).isEqualTo(4);
    assertThat(cancelled.usage().completionTokens()).isEqualTo(heard.tokens(199).size());
    heard.await(0);
  }

  @Test
  void itHasCapacityForAsManySequencesAsSlots() {
    assertThat(engine.maximumCapacity()).isEqualTo(SLOTS);
    HeardTexts heard = new HeardTexts();
    engine.start(List.of(new EngineRequest(1, work("abc", 80, 1, SLOTS))), heard);
    Outcome outcome = heard.await(1);
    assertThat(((Outcome.Generated) outcome).choices()).hasSize(SLOTS);
    assertThat(engine.capacity()).isPositive();
    assertThat(engine.utilisation()).isZero();
  }

  @Test
  void twoUsersShareOneModelAndWhoLeavesHearsNothingMore() throws Exception {
    Engine other = Fixtures.ONE_STREAM.open(Fixtures.model("babble"), GpuAllotment.UNMANAGED);
    assertThat(PyTorchEngineProvider.loadedModels()).isEqualTo(1);
    HeardTexts left = new HeardTexts();
    for (int request = 0; request < 100; request++) {
      other.start(List.of(new EngineRequest(request, work("left", 80, 1, 1))), left);
    }
    other.close();
    boolean ended = left.hasEnded(99);
    HeardTexts mine = new HeardTexts();
    engine.start(List.of(new EngineRequest(0, work("mine", 20, 0, 1))), mine);
    assertThat(mine.text(0)).isNotNull();
    assertThat(left.hasEnded(99)).isEqualTo(ended);
    Awaitility.await().until(() -> engine.utilisation() == 0);
  }

  @Test
  void saysWhatAModelLacksThatIsNoTextModel(@TempDir Path directory) throws Exception {
    ModelSpec affine = Fixtures.model("affine");
    ModelSpec babble = Fixtures.model("babble");
    Files.copy(Path.of(affine.directory(), affine.modelFile()), directory.resolve("claimed.pt"));
    Files.copy(
        Path.of(babble.directory(), TextModelSpec.TOKENIZER),
        directory.resolve(TextModelSpec.TOKENIZER));
    ModelSpec claimed =
        new ModelSpec(
            babble.version(),
            directory.toString(),
            "claimed.pt",
            babble.signature(),
            babble.policy(),
            babble.properties(),
            babble.text());
    assertThatThrownBy(() -> Fixtures.ONE_STREAM.open(claimed, GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("docs/text-models.md");
  }

  @Test
  void theShapeOfAModelIsReadFromItsFiles() throws Exception {
    assertThat(Fixtures.model("babble").text())
        .isEqualTo(
            new TextModelSpec(
                2, 2, 16, CONTEXT, 257, List.of(256), SLOTS, new GenerationSettings(16, 8, true)));
  }
}
