package dev.millrace.gateway.auth;

import static dev.millrace.gateway.auth.HandMadeTokens.EC;
import static dev.millrace.gateway.auth.HandMadeTokens.ED;
import static dev.millrace.gateway.auth.HandMadeTokens.RSA;
import static dev.millrace.gateway.auth.HandMadeTokens.SECRET;
import static dev.millrace.gateway.auth.HandMadeTokens.ecJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.edJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.rsaJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.secret;
import static dev.millrace.gateway.auth.HandMadeTokens.secretJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.set;
import static dev.millrace.gateway.auth.HandMadeTokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is done to a good token, the verifier neither throws nor takes it for another one. */
class MutatedTokenTest {
  private static final long NOW_MILLIS = 1_800_000_000_000L;
  private static final int ROUNDS = 20_000;
  private static final String CLAIMS =
      """
      {"iss":"issuer","aud":"millrace","exp":1800000600,"tenant":"acme","scope":"infer"}""";
  private static final String CHARACTERS =
      "ABCDEFabcdef0189-_.=+/ ,\"{}\\\r\n\t\0\u00e9\u2028\ud83d";

  private final TokenVerifier verifier =
      new TokenVerifier(
          new AuthSettings("issuer", "millrace", new KeyLocation.File(Path.of("unused"))),
          FixedKeys.of(
              set(
                  rsaJwk(", \"alg\": \"RS256\", \"kid\": \"rsa\"", RSA.getPublic()),
                  ecJwk(", \"alg\": \"ES256\", \"kid\": \"ec\"", EC.getPublic()),
                  edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic()),
                  secretJwk(", \"alg\": \"HS256\", \"kid\": \"hmac\"", SECRET))),
          () -> {});

  private final List<String> originals =
      List.of(
          token("SHA256withRSA", RSA.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS),
          token(
              "SHA256withECDSAinP1363Format",
              EC.getPrivate(),
              "{\"alg\":\"ES256\",\"kid\":\"ec\"}",
              CLAIMS),
          token("Ed25519", ED.getPrivate(), "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", CLAIMS),
          token("HmacSHA256", secret(SECRET), "{\"alg\":\"HS256\",\"kid\":\"hmac\"}", CLAIMS));

  @Test
  void mutatedTokensAreAlwaysRefused() {
    Random random = new Random(11);
    Set<RefusalReason> reasons = EnumSet.noneOf(RefusalReason.class);
    for (int round = 0; round < ROUNDS; round++) {
      String original = originals.get(random.nextInt(originals.size()));
      String mutated = original;
      for (int mutations = random.nextInt(3); mutations >= 0; mutations--) {
        mutated = mutate(mutated, random);
      }
      if (originals.contains(mutated.strip())) {
        continue;
      }
      Verified verified = verifier.verify("Bearer " + mutated, NOW_MILLIS);
      assertThat(verified).as(mutated).isInstanceOf(Refused.class);
      reasons.add(((Refused) verified).reason());
    }
    assertThat(originals)
        .allSatisfy(
            token ->
                assertThat(verifier.verify("Bearer " + token, NOW_MILLIS))
                    .isInstanceOf(Principal.class));
    // Were only one reason met, nothing behind the first check would be tried.
    assertThat(reasons)
        .contains(RefusalReason.MALFORMED, RefusalReason.SIGNATURE, RefusalReason.UNKNOWN_KEY);
  }

  @Test
  void mutatedJsonThatIsWellSignedIsDecidedOn() {
    Random random = new Random(12);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String header = "{\"alg\":\"HS256\",\"kid\":\"hmac\"}";
      String claims = CLAIMS;
      if (random.nextInt(4) == 0) {
        header = mutate(header, random);
      } else {
        claims = mutate(claims, random);
      }
      String mutated = token("HmacSHA256", secret(SECRET), header, claims);
      Verified verified = verifier.verify("Bearer " + mutated, NOW_MILLIS);
      accepted += verified instanceof Principal ? 1 : 0;
    }
    // Such as another tenant's name, or a scope that nobody knows.
    assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS / 2);
  }

  private String mutate(String text, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + 1 + random.nextInt(4));
    char character = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, at) + character + text.substring(at);
      case 2 -> text.substring(0, at) + text.substring(at, end).repeat(2) + text.substring(end);
      case 3 -> splice(text, random);
      default ->
          text.substring(0, at) + character + text.substring(Math.min(text.length(), at + 1));
    };
  }

  /** The beginning of this text with the end of a good token. */
  private String splice(String text, Random random) {
    String other = originals.get(random.nextInt(originals.size()));
    return text.substring(0, random.nextInt(text.length() + 1))
        + other.substring(random.nextInt(other.length()));
  }
}
