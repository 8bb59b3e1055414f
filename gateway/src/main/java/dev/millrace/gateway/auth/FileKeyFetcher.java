package dev.millrace.gateway.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a JWK set from a file. */
record FileKeyFetcher(Path path) implements KeyFetcher {
  @Override
  public byte[] fetch() throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      byte[] bytes = file.readNBytes(MAXIMUM_BYTES + 1);
      if (bytes.length > MAXIMUM_BYTES) {
        throw new IOException("it is larger than %d bytes".formatted(MAXIMUM_BYTES));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IOException("no such file", e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
