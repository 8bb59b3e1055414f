package dev.millrace.engines.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.protocol.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRepositoryTest {
  private static final Path AFFINE = Path.of("src/test/resources/models/affine/1");

  @TempDir Path repository;
  private Path version;

  @BeforeEach
  void copyAModel() throws Exception {
    version = Files.createDirectories(repository.resolve("affine/1"));
    Files.copy(AFFINE.resolve("affine.pt"), version.resolve("affine.pt"));
    Files.copy(AFFINE.resolve("serving.properties"), version.resolve("serving.properties"));
  }

  @Test
  void readsTheModelsOfThisCheckout() throws Exception {
    ModelCatalog catalog = ModelRepository.load(Path.of(System.getProperty("millrace.models")));

    assertThat(catalog.all()).extracting(spec -> spec.version().name()).contains("digits");
  }

  @Test
  void readsWhatTheModelDeclares() throws Exception {
    ModelSpec spec = only();

    assertThat(spec.version()).hasToString("affine/1");
    assertThat(spec.modelFile()).isEqualTo("affine.pt");
    assertThat(spec.maximumBatchRows()).isEqualTo(16);
    assertThat(spec.signature().inputs()).hasSize(1);
    assertThat(spec.signature().inputs().get(0).shape()).containsExactly(-1L, 3L);
    assertThat(spec.signature().batchable()).isTrue();
    assertThat(spec.policy()).isEqualTo(ServingPolicy.ofBatches(16));
  }

  @Test
  void readsHowTheModelIsServed() throws Exception {
    Files.writeString(
        version.resolve("serving.properties"),
        """

        batch_size=64
        max_batch_delay=5
        job_queue_size=500
        millrace.preferred_batch_sizes=32, 8
        millrace.default_priority_level=2
        millrace.default_timeout=250ms
        millrace.cache_ttl=10m
        """,
        StandardOpenOption.APPEND);

    assertThat(only().policy())
        .isEqualTo(
            new ServingPolicy(
                64,
                List.of(8, 32),
                Duration.ofMillis(5),
                500,
                2,
                Duration.ofMillis(250),
                Duration.ofMinutes(10)));
  }

  @Test
  void takesADirectoryMadeForDjlServing() throws Exception {
    Files.writeString(
        version.resolve("serving.properties"),
        "engine=PyTorch\nbatch_size=8\nmax_batch_delay=100\njob_queue_size=500\noption.modelName=affine\n");

    ModelSpec spec = only();

    assertThat(spec.signature().inputs()).isEmpty();
    assertThat(spec.maximumBatchRows()).as("what declares no rows is not batched").isEqualTo(1);
  }

  @Test
  void leavesAloneWhatIsNoVersion() throws Exception {
    Files.writeString(repository.resolve("affine/README.md"), "about it");
    Files.createDirectories(repository.resolve("affine/notes"));
    Files.createDirectories(repository.resolve(".git"));

    assertThat(ModelRepository.load(repository).all()).hasSize(1);
  }

  @Test
  void theHighestVersionIsTheDefaultByNumberAndNotByName() throws Exception {
    Path tenth = Files.createDirectories(repository.resolve("affine/10"));
    Files.copy(version.resolve("affine.pt"), tenth.resolve("affine.pt"));
    Files.createDirectories(repository.resolve("affine/9"));
    Files.copy(version.resolve("affine.pt"), repository.resolve("affine/9/affine.pt"));
    ModelCatalog catalog = ModelRepository.load(repository);

    assertThat(catalog.resolve(new ModelReference("affine", null)))
        .isInstanceOfSatisfying(
            ModelCatalog.Found.class,
            found -> assertThat(found.model().version().version()).isEqualTo(10));
    assertThat(catalog.resolve(new ModelReference("affine", "2")))
        .isInstanceOfSatisfying(
            ModelCatalog.UnknownVersion.class,
            unknown -> assertThat(unknown.message()).contains("'2'", "1, 9, 10"));
    assertThat(catalog.resolve(new ModelReference("other", null)))
        .isInstanceOfSatisfying(
            ModelCatalog.UnknownModel.class,
            unknown -> assertThat(unknown.message()).contains("'other'", "affine"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "engine=OnnxRuntime | engine: 'OnnxRuntime' is not served",
        "batch_size=many | batch_size: 'many' is not a positive integer",
        "batch_size=0 | batch_size: '0' is not a positive integer",
        "millrace.default_priority_level=-1 | millrace.default_priority_level",
        "max_batch_delay=-1 | max_batch_delay: '-1' is negative",
        "job_queue_size=0 | job_queue_size: '0' is not a positive integer",
        "millrace.preferred_batch_sizes=8;16 | '8;16' is not a list of integers",
        "millrace.preferred_batch_sizes=8 | 8 is not between 1 and the batch_size 1",
        "millrace.cache_ttl=soon | millrace.cache_ttl: 'soon' is not a duration",
        "millrace.default_timeout=0s | millrace.default_timeout: '0s' is not positive",
        "option.modelName=other | other.pt: no such file",
        "millrace.inputs=x | millrace.input.x.datatype: is missing",
        "millrace.inputs=x,x | names a tensor twice",
      })
  void saysWhichKeyOfWhichFileIsWrong(String line, String message) throws Exception {
    String properties = line.contains("x,x") ? line + declaration() : line;
    Files.writeString(version.resolve("serving.properties"), properties);

    assertThatThrownBy(() -> ModelRepository.load(repository))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(version.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32,'-1,3',datatype", "FP32,'-1,x',shape", "FP32,'-2',shape", "FP32,'0',shape"})
  void saysWhichDeclarationIsWrong(String datatype, String shape, String key) throws Exception {
    Files.writeString(
        version.resolve("serving.properties"),
        "millrace.inputs=x\nmillrace.input.x.datatype=%s\nmillrace.input.x.shape=%s\n"
            .formatted(datatype, shape));

    assertThatThrownBy(() -> ModelRepository.load(repository))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("millrace.input.x." + key);
  }

  @Test
  void findsATruncatedModelFileWithoutLibtorch() throws Exception {
    byte[] whole = Files.readAllBytes(version.resolve("affine.pt"));
    Files.write(version.resolve("affine.pt"), java.util.Arrays.copyOf(whole, whole.length / 2));

    assertDamaged();
  }

  @Test
  void findsAFlippedBitInAModelFileWithoutLibtorch() throws Exception {
    Path file = Path.of(System.getProperty("millrace.models"), "digits/1/digits.pt");
    byte[] flipped = Files.readAllBytes(file);
    flipped[flipped.length / 2] ^= 1;
    Files.write(version.resolve("affine.pt"), flipped);

    assertDamaged();
  }

  @Test
  void findsAFileThatIsNoModel() throws Exception {
    Files.writeString(version.resolve("affine.pt"), "not a model");

    assertDamaged();
  }

  @Test
  void saysThatAModelFileIsMissing() throws Exception {
    Files.delete(version.resolve("affine.pt"));

    assertThatThrownBy(() -> ModelRepository.load(repository))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("affine.pt");
  }

  @Test
  void saysThatAModelHasNoVersionOrARepositoryNoModel() throws Exception {
    Path empty = Files.createDirectories(repository.resolve("empty"));
    assertThatThrownBy(() -> ModelRepository.load(repository)).hasMessageContaining("no version");
    assertThatThrownBy(() -> ModelRepository.load(empty)).hasMessageContaining("no models");
    assertThatThrownBy(() -> ModelRepository.load(empty.resolve("none")))
        .hasMessageContaining("no such directory");
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> ModelRepository.load(repository))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(version.resolve("affine.pt").toString())
        .hasMessageContaining("damaged");
  }

  private static String declaration() {
    return "\nmillrace.input.x.datatype=FP32\nmillrace.input.x.shape=-1\n";
  }

  private ModelSpec only() throws InvalidModelException {
    List<ModelSpec> specs = ModelRepository.load(repository).all();
    assertThat(specs).hasSize(1);
    return specs.get(0);
  }
}
