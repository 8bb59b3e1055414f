package dev.millrace.gateway.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens whose signatures were found good, the last used of them. A client sends the same token
 * with every call, and a signature costs more than all else that is done to a call here.
 *
 * <p>They are told by their digest, so that no token stays in memory, and count only with the keys
 * they were verified with. For use by several threads.
 */
final class VerifiedTokens {
  private final Map<ByteBuffer, Entry> entries;

  private record Entry(KeySet keys, Claims claims) {}

  VerifiedTokens(int maximumSize) {
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Entry> eldest) {
            return size() > maximumSize;
          }
        };
  }

  /** What a token is told by. */
  static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  synchronized Optional<Claims> find(ByteBuffer digest, KeySet keys) {
    Entry entry = entries.get(digest);
    return entry == null || entry.keys() != keys ? Optional.empty() : Optional.of(entry.claims());
  }

  synchronized void add(ByteBuffer digest, KeySet keys, Claims claims) {
    entries.put(digest, new Entry(keys, claims));
  }
}
