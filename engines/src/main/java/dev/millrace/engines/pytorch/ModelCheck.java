package dev.millrace.engines.pytorch;

import ai.djl.Device;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.generation.SequenceContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tries out a model version as the engine would use it: one that scores tensors is loaded and
 * warmed up, and one that continues texts is held against the contract of {@code
 * docs/text-models.md}.
 */
public final class ModelCheck {
  private static final String SAMPLE = "In the beginning: 1, 2, 3.\n\"Héllo\" – 你好\n";

  private final ModelSpec spec;
  private final EngineSettings settings;
  private final List<Finding> findings = new ArrayList<>();

  private ModelCheck(ModelSpec spec, EngineSettings settings) {
    this.spec = spec;
    this.settings = settings;
  }

  /**
   * What was checked, and what came of it.
   *
   * @param promise what a model must do, in words
   * @param problem what it does instead; empty when all is well
   */
  public record Finding(String promise, Optional<String> problem) {}

  /** Checks a model version, and stops where the rest makes no sense any more. */
  public static List<Finding> of(ModelSpec spec, EngineSettings settings) {
    ModelCheck check = new ModelCheck(spec, settings);
    TextModelSpec text = spec.text();
    if (text == null) {
      check.open();
    } else if (check.tokenizer(text)) {
      check.sequences(text);
    }
    return List.copyOf(check.findings);
  }

  private void open() {
    String promise = "the engine loads it, and scores what it declares";
    try (Engine engine = new PyTorchEngineProvider(settings).open(spec, GpuAllotment.UNMANAGED)) {
      found(promise, engine.capacity() > 0 ? Optional.empty() : Optional.of("it has no capacity"));
    } catch (EngineUnavailableException e) {
      found(promise, problem(e));
    }
  }

  private boolean tokenizer(TextModelSpec text) {
    String readable = "%s is read".formatted(TextModelSpec.TOKENIZER);
    try (HuggingFaceTextTokenizer tokenizer =
        HuggingFaceTextTokenizer.open(Path.of(spec.directory(), TextModelSpec.TOKENIZER))) {
      found(readable, Optional.empty());
      Tokens tokens = tokenizer.encode(SAMPLE);
      return found("its tokens are below vocab_size", largest(tokens, text.vocabulary()))
          && found("a text becomes tokens, and these the text again", again(tokenizer, tokens));
    } catch (EngineUnavailableException e) {
      return found(readable, problem(e));
    }
  }

  private static Optional<String> largest(Tokens tokens, int vocabulary) {
    for (int token : tokens.toArray()) {
      if (token >= vocabulary) {
        return Optional.of("token %d, where vocab_size is %d".formatted(token, vocabulary));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> again(HuggingFaceTextTokenizer tokenizer, Tokens tokens) {
    String decoded = tokenizer.decode(tokens);
    // Some tokenizers begin a text with a blank.
    return decoded.strip().equals(SAMPLE.strip())
        ? Optional.empty()
        : Optional.of("'%s' comes back as '%s'".formatted(SAMPLE.strip(), decoded.strip()));
  }

  private void sequences(TextModelSpec text) {
    String loadable = "libtorch loads the model file";
    try {
      int visible = PyTorchLibrary.load().getGpuCount();
      Device device = Devices.candidates(settings.device(), GpuAllotment.UNMANAGED, visible).get(0);
      try (PyTorchModel model = PyTorchModel.load(spec, device)) {
        found(loadable, Optional.empty());
        try (PyTorchSequenceModel sequences = PyTorchSequenceModel.over(model, text)) {
          SequenceContract contract = new SequenceContract(sequences);
          for (SequenceContract.Clause clause : SequenceContract.Clause.values()) {
            if (clause == SequenceContract.Clause.STREAM && !text.settings().prefillStream()) {
              continue;
            }
            if (!found(clause.description(), contract.check(clause))) {
              return;
            }
          }
        }
      }
    } catch (EngineUnavailableException e) {
      found(loadable, problem(e));
    }
  }

  private boolean found(String promise, Optional<String> problem) {
    findings.add(new Finding(promise, problem));
    return problem.isEmpty();
  }

  private static Optional<String> problem(EngineUnavailableException e) {
    return Optional.of(String.valueOf(e.getMessage()));
  }
}
