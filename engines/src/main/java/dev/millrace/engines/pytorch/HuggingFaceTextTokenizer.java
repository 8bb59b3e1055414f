package dev.millrace.engines.pytorch;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.generation.Detokenizer;
import dev.millrace.engines.generation.Detokenizers;
import dev.millrace.engines.generation.TextTokenizer;
import dev.millrace.engines.generation.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A {@code tokenizer.json} as Hugging Face's tokenizers library reads it, through DJL. */
final class HuggingFaceTextTokenizer implements TextTokenizer {
  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerFile file;

  private HuggingFaceTextTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.file = file;
  }

  /** Loads the library too, unless it is loaded. */
  static HuggingFaceTextTokenizer open(Path path) throws EngineUnavailableException {
    PyTorchLibrary.stayOffline();
    try {
      TokenizerFile file = TokenizerFile.read(path);
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(path)
              .optTruncation(false)
              .optPadding(false)
              .build();
      return new HuggingFaceTextTokenizer(tokenizer, file);
    } catch (IOException | RuntimeException e) {
      throw new EngineUnavailableException(
          "%s cannot be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  @Override
  public Tokens encode(String text) {
    long[] ids = tokenizer.encode(text, true, false).getIds();
    return Tokens.of(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  @Override
  public Detokenizer continuing(Tokens prompt) {
    return file.bytes()
        .map(Detokenizers::ofBytes)
        .orElseGet(() -> Detokenizers.inContext(this::decode, prompt));
  }

  @Override
  public String decode(Tokens tokens) {
    return decode(tokens.toArray());
  }

  @Override
  public String text(int token) {
    return file.bytes()
        .map(bytes -> Detokenizers.textOf(bytes[token]))
        .orElseGet(() -> decode(new int[] {token}));
  }

  private String decode(int[] tokens) {
    return tokens.length == 0
        ? ""
        : tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  @Override
  public int longestToken() {
    return file.longestToken();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
