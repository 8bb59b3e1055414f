package dev.millrace.gateway.auth;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UncheckedJoseException;
import org.jspecify.annotations.Nullable;

/**
 * Tells who sent a call from its {@code Authorization} header.
 *
 * <p>{@link #verify} computes and never waits: it works on the keys at hand. When a token names a
 * key that is not among them, they are fetched anew in the background, at most once in an interval,
 * and the caller is asked to come again ({@link RefusalReason#KEYS_UNAVAILABLE}). So it may be
 * called on an event loop. For use by several threads.
 */
public final class TokenVerifier implements AutoCloseable {
  /** The most bytes of a token; longer ones are not looked at. */
  public static final int MAXIMUM_TOKEN_LENGTH = 8 * 1024;

  private static final int REMEMBERED_TOKENS = 4096;

  private static final Refused NO_KEYS =
      new Refused(RefusalReason.KEYS_UNAVAILABLE, "there are no keys to verify tokens with now");
  private static final Refused KEYS_ARE_COMING =
      new Refused(RefusalReason.KEYS_UNAVAILABLE, "newer keys are being fetched: try again");

  private final AuthSettings settings;
  private final ClaimsReader claimsReader;
  private final KeySource keySource;
  private final Runnable onClose;
  private final VerifiedTokens verifiedTokens = new VerifiedTokens(REMEMBERED_TOKENS);

  TokenVerifier(AuthSettings settings, KeySource keySource, Runnable onClose) {
    this.settings = settings;
    this.claimsReader = new ClaimsReader(settings.tenantClaim());
    this.keySource = keySource;
    this.onClose = onClose;
  }

  /**
   * Reads the keys, waiting for them for some seconds, and keeps them fresh until it is closed.
   *
   * @throws InvalidKeysException when the file of the keys cannot be read, or they are not fit to
   *     verify tokens with. A URL that does not answer is no error: it is asked again and again,
   *     and until it answers every token is refused with {@link RefusalReason#KEYS_UNAVAILABLE}
   */
  public static TokenVerifier open(AuthSettings settings) throws InvalidKeysException {
    BackgroundKeys keys = BackgroundKeys.open(settings);
    return new TokenVerifier(settings, keys, keys::close);
  }

  /**
   * Verifies the credentials of a call.
   *
   * @param authorizationHeader the header's value, or null where there is none
   * @param nowMillis epoch milliseconds
   */
  public Verified verify(@Nullable String authorizationHeader, long nowMillis) {
    try {
      String token = BearerToken.of(authorizationHeader);
      Optional<KeySet> keys = keySource.current(nowMillis);
      if (keys.isEmpty()) {
        return NO_KEYS;
      }
      return claims(token, keys.get()).check(settings, nowMillis);
    } catch (RefusalException e) {
      boolean comeAgain =
          e.refused().reason() == RefusalReason.UNKNOWN_KEY && keySource.missed(nowMillis);
      return comeAgain ? KEYS_ARE_COMING : e.refused();
    }
  }

  private Claims claims(String token, KeySet keys) throws RefusalException {
    ByteBuffer digest = VerifiedTokens.digest(token);
    Optional<Claims> known = verifiedTokens.find(digest, keys);
    if (known.isPresent()) {
      return known.get();
    }
    CompactToken parsed = CompactToken.parse(token);
    TokenHeader header = TokenHeader.of(parsed.header());
    requireSignature(parsed, keys.find(header.keyId(), header.algorithm()));
    Claims claims = claimsReader.read(parsed.claims());
    verifiedTokens.add(digest, keys, claims);
    return claims;
  }

  private static void requireSignature(CompactToken token, VerificationKey key)
      throws RefusalException {
    boolean good;
    try {
      good = key.algorithm().verifies(key.key(), token.signed(), token.signature());
    } catch (JoseException | UncheckedJoseException e) {
      // Bytes that are no signature of this algorithm at all.
      good = false;
    }
    if (!good) {
      throw new RefusalException(RefusalReason.SIGNATURE, "the token's signature is wrong");
    }
  }

  @Override
  public void close() {
    onClose.run();
  }
}
