package dev.millrace.gateway.auth;

import static dev.millrace.gateway.auth.HandMadeTokens.EC;
import static dev.millrace.gateway.auth.HandMadeTokens.ED;
import static dev.millrace.gateway.auth.HandMadeTokens.RSA;
import static dev.millrace.gateway.auth.HandMadeTokens.SECRET;
import static dev.millrace.gateway.auth.HandMadeTokens.ecJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.edJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.pair;
import static dev.millrace.gateway.auth.HandMadeTokens.rsaJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.secretJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.set;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwksReaderTest {
  private static final String GOOD = edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic());

  private final JwksReader reader = new JwksReader(Optional.empty(), true);

  @Test
  void readsAKeyOfEachAlgorithm() throws Exception {
    KeySet keys =
        read(
            GOOD,
            rsaJwk(", \"alg\": \"RS256\"", RSA.getPublic()),
            ecJwk(", \"alg\": \"ES256\"", EC.getPublic()),
            secretJwk(", \"alg\": \"HS256\"", SECRET));

    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      assertThat(keys.find("", algorithm).algorithm()).isEqualTo(algorithm);
    }
  }

  @Test
  void passesOverKeysForOtherUses() throws Exception {
    KeySet keys =
        read(
            GOOD,
            rsaJwk(", \"alg\": \"RSA-OAEP\", \"use\": \"enc\"", RSA.getPublic()),
            rsaJwk(", \"alg\": \"PS512\"", RSA.getPublic()));

    assertThat(keys.size()).isEqualTo(1);
  }

  static Stream<Arguments> unsound() {
    return Stream.of(
        Arguments.of(set(), "no key"),
        Arguments.of("", "no JSON object"),
        Arguments.of("{\"keys\": [], \"keys\": []}", "unique names"),
        Arguments.of("{\"keys\": {}}", "no array of keys"),
        Arguments.of(set("1"), "keys[0]: it is no object"),
        Arguments.of(set(GOOD, GOOD), "two keys have the kid 'ed'"),
        Arguments.of(set(GOOD, edJwk("", ED.getPublic())), "keys[1]: it names no alg"),
        Arguments.of(set(edJwk(", \"alg\": 7", ED.getPublic())), "its alg is no text"),
        Arguments.of(set(edJwk(", \"alg\": \"ES256\"", ED.getPublic())), "not that of ES256"),
        Arguments.of(set(rsaJwk(", \"alg\": \"HS256\"", RSA.getPublic())), "not that of HS256"),
        Arguments.of(set(secretJwk(", \"alg\": \"RS256\"", SECRET)), "not that of RS256"),
        Arguments.of(
            set(secretJwk(", \"alg\": \"HS256\"", Arrays.copyOf(SECRET, 31))),
            "it is no key for HS256"),
        Arguments.of(
            set(rsaJwk(", \"alg\": \"RS256\"", pair("RSA", HandMadeTokens.rsa(1024)).getPublic())),
            "it is no key for RS256"),
        Arguments.of(
            set(rsaJwk(", \"alg\": \"RS256\", \"d\": \"AQAB\"", RSA.getPublic())),
            "its private part (d)"),
        Arguments.of(set(GOOD.replace("Ed25519", "Ed448")), "its curve is not Ed25519"),
        Arguments.of(
            set(
                ecJwk(
                        ", \"alg\": \"ES256\"",
                        pair("EC", new ECGenParameterSpec("secp256r1")).getPublic())
                    .replace("P-256", "P-384")),
            "keys[0]: it is no key"),
        Arguments.of(set("{\"kty\": \"new\", \"alg\": \"EdDSA\"}"), "no key of a known type"));
  }

  @ParameterizedTest
  @MethodSource("unsound")
  void refusesSetsThatAreNotSound(String jwks, String message) {
    assertThatThrownBy(() -> reader.read(jwks.getBytes(UTF_8)))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSecretIsNotInTheMessageAboutIt() {
    String secret = "{\"kty\": \"oct\", \"alg\": \"HS256\", \"k\": \"c2hvcnQtc2VjcmV0\"}";

    assertThatThrownBy(() -> read(secret))
        .isInstanceOf(InvalidKeysException.class)
        .message()
        .doesNotContain("c2hvcnQtc2VjcmV0", "short-secret");
  }

  @Test
  void keysThatNameNoAlgorithmHaveTheOneThatIsAssumed() throws Exception {
    JwksReader assuming = new JwksReader(Optional.of(SignatureAlgorithm.RS256), false);
    KeySet keys = assuming.read(set(rsaJwk("", RSA.getPublic())).getBytes(UTF_8));

    assertThat(keys.find("", SignatureAlgorithm.RS256).key()).isEqualTo(RSA.getPublic());
    assertThatThrownBy(() -> assuming.read(set(edJwk("", ED.getPublic())).getBytes(UTF_8)))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("not that of RS256");
  }

  private KeySet read(String... keys) throws InvalidKeysException {
    return reader.read(set(keys).getBytes(UTF_8));
  }
}
