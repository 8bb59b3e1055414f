package dev.millrace.operators.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What a request asks, as 128 bits: the first half of the SHA-256 of model version and inputs, so
 * that nobody can make two requests that share an answer.
 */
final class ContentHash {
  private static final int BYTES = 16;

  private ContentHash() {}

  /** The hash in hexadecimal digits. */
  static String of(ModelVersion model, List<Tensor> inputs) {
    MessageDigest digest = sha256();
    text(digest, model.name());
    number(digest, model.version());
    for (Tensor input : inputs) {
      text(digest, input.name());
      text(digest, input.datatype().name());
      number(digest, input.shape().length);
      for (long dimension : input.shape()) {
        number(digest, dimension);
      }
      number(digest, input.data().length);
      digest.update(input.data());
    }
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
  }

  /** With its length, so that no two lists of texts are the same bytes. */
  private static void text(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    number(digest, bytes.length);
    digest.update(bytes);
  }

  private static void number(MessageDigest digest, long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
