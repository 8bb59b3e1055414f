package dev.millrace.gateway.auth;

import static dev.millrace.gateway.auth.HandMadeTokens.EC;
import static dev.millrace.gateway.auth.HandMadeTokens.ED;
import static dev.millrace.gateway.auth.HandMadeTokens.RSA;
import static dev.millrace.gateway.auth.HandMadeTokens.SECRET;
import static dev.millrace.gateway.auth.HandMadeTokens.ecJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.edJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.encode;
import static dev.millrace.gateway.auth.HandMadeTokens.rsaJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.secret;
import static dev.millrace.gateway.auth.HandMadeTokens.secretJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.set;
import static dev.millrace.gateway.auth.HandMadeTokens.token;
import static dev.millrace.gateway.auth.HandMadeTokens.unsigned;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Good tokens and hostile ones, all made by hand. */
class TokenVerifierTest {
  private static final long NOW = 1_800_000_000L;
  private static final long NOW_MILLIS = NOW * 1000;
  private static final String ED_HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"typ\":\"JWT\"}";
  private static final String CLAIMS =
      """
      {"iss":"issuer","aud":"millrace","exp":1800000600,"nbf":1799999990,"iat":1799999990,\
      "sub":"someone","tenant":"acme","scope":"infer tasks:read openid"}""";
  private static final Principal SOMEONE =
      new Principal("acme", "someone", Set.of(Scope.INFER, Scope.TASKS_READ));

  private static final String KEYS =
      set(
          rsaJwk(", \"alg\": \"RS256\", \"kid\": \"rsa\", \"use\": \"sig\"", RSA.getPublic()),
          ecJwk(", \"alg\": \"ES256\", \"kid\": \"ec\"", EC.getPublic()),
          edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic()),
          secretJwk(", \"alg\": \"HS256\", \"kid\": \"hmac\"", SECRET));

  /** As {@link #KEYS} without the secret: where a confused verifier would have to invent one. */
  private static final String PUBLIC_KEYS =
      set(
          rsaJwk(", \"alg\": \"RS256\", \"kid\": \"rsa\"", RSA.getPublic()),
          edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic()));

  private final TokenVerifier verifier = verifier(KEYS);
  private final TokenVerifier publicVerifier = verifier(PUBLIC_KEYS);

  /** What is sent, and why it is refused, or null for whom it stands for. */
  record Case(
      String name, @Nullable String header, @Nullable RefusalReason reason, Principal principal) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("goodTokens")
  void acceptsGoodTokens(Case good) {
    assertThat(verifier.verify(good.header(), NOW_MILLIS)).isEqualTo(good.principal());
    // From memory too.
    assertThat(verifier.verify(good.header(), NOW_MILLIS)).isEqualTo(good.principal());
  }

  @ParameterizedTest
  @MethodSource({
    "wrongCredentials",
    "wrongShapes",
    "wrongHeaders",
    "wrongSignatures",
    "wrongClaims"
  })
  void refusesBadTokens(Case bad) {
    for (int times = 0; times < 2; times++) {
      Verified verified = verifier.verify(bad.header(), NOW_MILLIS);

      assertThat(verified).isInstanceOf(Refused.class);
      Refused refused = (Refused) verified;
      assertThat(refused.reason()).isEqualTo(bad.reason());
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.challenge()).startsWith("Bearer realm=\"millrace\"");
    }
  }

  @ParameterizedTest
  @MethodSource("confusions")
  void aPublicKeyIsNeverASecret(Case bad) {
    assertThat(publicVerifier.verify(bad.header(), NOW_MILLIS))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(bad.reason()));
  }

  static Stream<Case> goodTokens() {
    List<Case> cases = new ArrayList<>();
    cases.add(good("RS256", "Bearer " + rs("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS)));
    cases.add(good("ES256", "Bearer " + es("{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS)));
    cases.add(good("EdDSA", "Bearer " + ed(ED_HEADER, CLAIMS)));
    cases.add(good("HS256", "Bearer " + hs("{\"alg\":\"HS256\",\"kid\":\"hmac\"}", CLAIMS)));
    cases.add(good("no kid: the only key", "Bearer " + ed("{\"alg\":\"EdDSA\"}", CLAIMS)));
    cases.add(good("scheme in lower case", "bearer " + ed(ED_HEADER, CLAIMS)));
    cases.add(good("scheme in upper case", "BEARER " + ed(ED_HEADER, CLAIMS)));
    cases.add(good("blanks around", "Bearer   " + ed(ED_HEADER, CLAIMS) + " "));
    cases.add(good("at+jwt", bearer("{\"alg\":\"EdDSA\",\"typ\":\"at+jwt\"}", CLAIMS)));
    cases.add(good("several audiences", claims("\"millrace\"", "[\"other\",\"millrace\"]")));
    cases.add(good("the other issuer", claims("\"issuer\"", "\"second issuer\"")));
    cases.add(good("expired within the skew", claims("1800000600", "" + (NOW - 29))));
    cases.add(good("nbf within the skew", claims("\"nbf\":1799999990", "\"nbf\":" + (NOW + 30))));
    cases.add(good("iat within the skew", claims("\"iat\":1799999990", "\"iat\":" + (NOW + 30))));
    cases.add(good("no nbf, no iat", claims("\"nbf\":1799999990,\"iat\":1799999990,", "")));
    String array = "\"scp\":[\"infer\",\"tasks:read\",\"openid\"]";
    cases.add(good("scp as array", claims("\"scope\":\"infer tasks:read openid\"", array)));
    cases.add(good("scp as text", claims("\"scope\"", "\"scp\"")));
    cases.add(good("an unknown claim", claims("{\"iss\"", "{\"x\":{\"y\":[1]},\"iss\"")));
    cases.add(
        good(
            "keys brought along, not looked at",
            bearer(
                "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"jku\":\"http://127.0.0.1:1/\",\"x5u\":\"file:///\"}",
                CLAIMS)));
    cases.add(
        new Case(
            "no subject",
            claims(",\"sub\":\"someone\"", ""),
            null,
            new Principal("acme", "", Set.of(Scope.INFER, Scope.TASKS_READ))));
    cases.add(
        new Case(
            "a scope of nobody's",
            claims("infer tasks:read openid", "Infer INFER infer,admin"),
            null,
            new Principal("acme", "someone", Set.of())));
    cases.add(
        new Case(
            "a tenant of another script",
            claims("\"acme\"", "\"\u00fcn\u00ef \ud83d\ude80\""),
            null,
            new Principal(
                "\u00fcn\u00ef \ud83d\ude80", "someone", Set.of(Scope.INFER, Scope.TASKS_READ))));
    return cases.stream();
  }

  static Stream<Case> wrongCredentials() {
    String token = ed(ED_HEADER, CLAIMS);
    return Stream.of(
        bad("no header", null, RefusalReason.MISSING),
        bad("an empty header", "", RefusalReason.MISSING),
        bad("blanks", "   ", RefusalReason.MISSING),
        bad("Basic", "Basic dXNlcjpwYXNz", RefusalReason.MISSING),
        bad("no scheme", token, RefusalReason.MISSING),
        bad("a longer scheme", "BearerX " + token, RefusalReason.MISSING),
        bad("an empty bearer", "Bearer", RefusalReason.MALFORMED),
        bad("a blank bearer", "Bearer  ", RefusalReason.MALFORMED),
        bad("two tokens", "Bearer " + token + " " + token, RefusalReason.MALFORMED),
        bad("two values", "Bearer " + token + ", Bearer " + token, RefusalReason.MALFORMED),
        bad("a quoted token", "Bearer \"" + token + "\"", RefusalReason.MALFORMED),
        bad("a line break", "Bearer " + token + "\r\nX-Tenant: b", RefusalReason.MALFORMED),
        bad("a NUL", "Bearer " + token + "\0", RefusalReason.MALFORMED),
        bad("a tab for a blank", "Bearer\t" + token, RefusalReason.MISSING),
        bad(
            "a good token of more than 8 KiB",
            claims("someone\"", "someone\",\"x\":\"" + "x".repeat(6200) + "\""),
            RefusalReason.TOO_LARGE),
        bad("a megabyte", "Bearer " + "a".repeat(1 << 20), RefusalReason.TOO_LARGE));
  }

  static Stream<Case> wrongShapes() {
    String token = ed(ED_HEADER, CLAIMS);
    String[] parts = token.split("\\.", -1);
    return Stream.of(
        malformed("one part", parts[0]),
        malformed("two parts", parts[0] + "." + parts[1]),
        malformed("no signature", parts[0] + "." + parts[1] + "."),
        malformed("four parts", token + "." + parts[2]),
        malformed("five parts: JWE", token + "." + parts[2] + "." + parts[2]),
        malformed("dots", ".."),
        malformed("no header", "." + parts[1] + "." + parts[2]),
        malformed("no payload", parts[0] + ".." + parts[2]),
        malformed("padding", token + "=="),
        malformed("the alphabet of plain base64", parts[0] + "." + parts[1] + ".+/+/"),
        malformed("a character that is none", parts[0] + "." + parts[1] + "!." + parts[2]),
        malformed(
            "spare bits that are set", token.substring(0, token.length() - 1) + nextLast(token)),
        malformed("a header that is no JSON", ed("alg=EdDSA", CLAIMS)),
        malformed("a header that is an array", ed("[\"EdDSA\"]", CLAIMS)),
        malformed("a payload that is a text", ed(ED_HEADER, "\"claims\"")),
        malformed("a payload that is null", ed(ED_HEADER, "null")),
        malformed("a payload that ends early", ed(ED_HEADER, CLAIMS.substring(0, 60))),
        malformed("two objects", ed(ED_HEADER, CLAIMS + "{}")),
        malformed(
            "deep nesting", ed(ED_HEADER, "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}")),
        malformed("a comment", ed(ED_HEADER, "/**/" + CLAIMS)),
        malformed("UTF-16", signed(ED_HEADER, CLAIMS.getBytes(UTF_16))),
        malformed(
            "bytes that are no UTF-8",
            signed(ED_HEADER, CLAIMS.replace("someone", "\u00e9").getBytes(ISO_8859_1))),
        malformed("a nested token", ed("{\"alg\":\"EdDSA\",\"cty\":\"JWT\"}", token)),
        malformed("a claim twice", ed(ED_HEADER, CLAIMS.replace("{", "{\"tenant\":\"other\","))),
        malformed(
            "a claim twice, once escaped",
            ed(ED_HEADER, CLAIMS.replace("{", "{\"t\\u0065nant\":\"other\","))),
        malformed(
            "a name twice further in",
            ed(ED_HEADER, CLAIMS.replace("{", "{\"x\":{\"a\":1,\"a\":2},"))),
        malformed("alg twice", ed("{\"alg\":\"none\",\"alg\":\"EdDSA\"}", CLAIMS)),
        malformed("kid twice", ed("{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"kid\":\"rsa\"}", CLAIMS)));
  }

  static Stream<Case> wrongHeaders() {
    List<Case> cases = new ArrayList<>();
    for (String none : List.of("none", "None", "NONE", "nOnE", "none ", "", "null")) {
      String header = encode("{\"alg\":\"%s\"}".formatted(none));
      cases.add(
          bad(
              "alg '%s', signed".formatted(none),
              bearer("{\"alg\":\"%s\"}".formatted(none), CLAIMS),
              RefusalReason.ALGORITHM));
      cases.add(
          malformed("alg '%s', unsigned".formatted(none), header + "." + encode(CLAIMS) + "."));
    }
    for (String other :
        List.of(
            "eddsa", "Ed25519", "ES256K", "RS384", "RS512", "PS256", "HS512", "ES384", "A128KW",
            "dir")) {
      cases.add(
          bad(
              "alg " + other,
              bearer("{\"alg\":\"%s\",\"kid\":\"ed\"}".formatted(other), CLAIMS),
              RefusalReason.ALGORITHM));
    }
    cases.add(malformed("no alg", ed("{\"kid\":\"ed\"}", CLAIMS)));
    cases.add(malformed("alg null", ed("{\"alg\":null,\"kid\":\"ed\"}", CLAIMS)));
    cases.add(malformed("alg as array", ed("{\"alg\":[\"EdDSA\"],\"kid\":\"ed\"}", CLAIMS)));
    cases.add(malformed("crit", ed("{\"alg\":\"EdDSA\",\"crit\":[\"x\"],\"x\":1}", CLAIMS)));
    cases.add(
        malformed("crit of exp", ed("{\"alg\":\"EdDSA\",\"crit\":[\"exp\"],\"exp\":1}", CLAIMS)));
    cases.add(malformed("an empty crit", ed("{\"alg\":\"EdDSA\",\"crit\":[]}", CLAIMS)));
    cases.add(malformed("b64", ed("{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}", CLAIMS)));
    cases.add(malformed("b64 without crit", ed("{\"alg\":\"EdDSA\",\"b64\":false}", CLAIMS)));
    cases.add(malformed("enc", ed("{\"alg\":\"EdDSA\",\"enc\":\"A256GCM\"}", CLAIMS)));
    cases.add(malformed("zip", ed("{\"alg\":\"EdDSA\",\"zip\":\"DEF\"}", CLAIMS)));
    cases.add(
        malformed("a logout token", ed("{\"alg\":\"EdDSA\",\"typ\":\"logout+jwt\"}", CLAIMS)));
    cases.add(malformed("typ as number", ed("{\"alg\":\"EdDSA\",\"typ\":1}", CLAIMS)));
    cases.add(malformed("kid as number", ed("{\"alg\":\"EdDSA\",\"kid\":1}", CLAIMS)));
    cases.add(malformed("an empty kid", ed("{\"alg\":\"EdDSA\",\"kid\":\"\"}", CLAIMS)));
    for (String kid :
        List.of(
            "nobody",
            "../../../../dev/null",
            "/dev/null",
            "' OR '1'='1",
            "ed' UNION SELECT 'x",
            "ED",
            "ed\\u0000",
            "http://127.0.0.1/")) {
      cases.add(
          bad(
              "kid " + kid,
              bearer("{\"alg\":\"EdDSA\",\"kid\":\"%s\"}".formatted(kid), CLAIMS),
              RefusalReason.UNKNOWN_KEY));
    }
    cases.add(
        bad(
            "kid of another alg",
            bearer("{\"alg\":\"EdDSA\",\"kid\":\"rsa\"}", CLAIMS),
            RefusalReason.ALGORITHM));
    cases.add(
        bad(
            "alg of another kid",
            "Bearer " + rs("{\"alg\":\"RS256\",\"kid\":\"ed\"}", CLAIMS),
            RefusalReason.ALGORITHM));
    return cases.stream();
  }

  static Stream<Case> wrongSignatures() {
    String token = ed(ED_HEADER, CLAIMS);
    String[] parts = token.split("\\.", -1);
    KeyPair other = HandMadeTokens.pair("Ed25519", NamedParameterSpec.ED25519);
    String es = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
    String unsignedEs = encode(es) + "." + encode(CLAIMS) + ".";
    return Stream.of(
        forged(
            "a payload that was changed",
            parts[0] + "." + encode(CLAIMS.replace("acme", "evil")) + "." + parts[2]),
        forged(
            "a header that was changed",
            encode("{\"alg\":\"EdDSA\"}") + "." + parts[1] + "." + parts[2]),
        forged("a signature that was changed", parts[0] + "." + parts[1] + "." + flipped(parts[2])),
        forged(
            "a signature that was cut",
            parts[0] + "." + parts[1] + "." + parts[2].substring(0, 40)),
        forged("a zero behind an EdDSA signature", withZero(token)),
        forged("a zero behind an ES256 signature", withZero(es(es, CLAIMS))),
        forged(
            "a zero behind an RS256 signature",
            withZero(rs("{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS))),
        forged(
            "a zero behind an HS256 signature",
            withZero(hs("{\"alg\":\"HS256\",\"kid\":\"hmac\"}", CLAIMS))),
        forged(
            "the signature of another token",
            parts[0] + "." + parts[1] + "." + ed(ED_HEADER, "{}").split("\\.", -1)[2]),
        forged("another key's signature", token("Ed25519", other.getPrivate(), ED_HEADER, CLAIMS)),
        forged(
            "another key's signature, with that key embedded",
            token(
                "Ed25519",
                other.getPrivate(),
                "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"jwk\":" + edJwk("", other.getPublic()) + "}",
                CLAIMS)),
        forged(
            "another secret's",
            token(
                "HmacSHA256",
                secret("x".repeat(32).getBytes(UTF_8)),
                "{\"alg\":\"HS256\",\"kid\":\"hmac\"}",
                CLAIMS)),
        forged(
            "HMAC of nothing",
            encode("{\"alg\":\"HS256\",\"kid\":\"hmac\"}") + "." + encode(CLAIMS) + ".AA"),
        forged("ES256 of zeros (CVE-2022-21449)", unsignedEs + encode(new byte[64])),
        forged("ES256 of zeros, shorter", unsignedEs + encode(new byte[2])),
        forged(
            "ES256 of zeros in DER", unsignedEs + encode(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0})),
        forged("ES256 in DER", token("SHA256withECDSA", EC.getPrivate(), es, CLAIMS)),
        forged("EdDSA of zeros", parts[0] + "." + parts[1] + "." + encode(new byte[64])),
        forged(
            "RS256 of zeros",
            encode("{\"alg\":\"RS256\",\"kid\":\"rsa\"}")
                + "."
                + encode(CLAIMS)
                + "."
                + encode(new byte[256])),
        forged(
            "RS256 with SHA-1",
            token("SHA1withRSA", RSA.getPrivate(), "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS)));
  }

  static Stream<Case> confusions() {
    byte[] der = RSA.getPublic().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    byte[] modulus = unsigned(((RSAPublicKey) RSA.getPublic()).getModulus());
    byte[] edPoint = Arrays.copyOfRange(ED.getPublic().getEncoded(), 12, 44);
    List<Case> cases = new ArrayList<>();
    for (byte[] secret :
        List.of(
            der,
            pem.getBytes(US_ASCII),
            pem.strip().getBytes(US_ASCII),
            modulus,
            encode(modulus).getBytes(US_ASCII),
            rsaJwk("", RSA.getPublic()).getBytes(US_ASCII),
            edPoint)) {
      for (String kid : List.of("rsa", "ed")) {
        String header = "{\"alg\":\"HS256\",\"kid\":\"%s\"}".formatted(kid);
        cases.add(
            bad(
                "kid %s, %d bytes for a secret".formatted(kid, secret.length),
                "Bearer " + token("HmacSHA256", secret(secret), header, CLAIMS),
                RefusalReason.ALGORITHM));
      }
      cases.add(
          bad(
              "no kid, %d bytes for a secret".formatted(secret.length),
              "Bearer " + token("HmacSHA256", secret(secret), "{\"alg\":\"HS256\"}", CLAIMS),
              RefusalReason.UNKNOWN_KEY));
    }
    return cases.stream();
  }

  static Stream<Case> wrongClaims() {
    List<Case> cases = new ArrayList<>();
    cases.add(bad("no claims", bearer(ED_HEADER, "{}"), RefusalReason.CLAIMS));
    cases.add(bad("another issuer", claims("\"issuer\"", "\"issuer \""), RefusalReason.ISSUER));
    cases.add(
        bad(
            "another case of the issuer",
            claims("\"issuer\"", "\"Issuer\""),
            RefusalReason.ISSUER));
    cases.add(bad("no iss", claims("\"iss\":\"issuer\",", ""), RefusalReason.CLAIMS));
    cases.add(bad("iss as array", claims("\"issuer\"", "[\"issuer\"]"), RefusalReason.CLAIMS));
    cases.add(bad("iss null", claims("\"issuer\"", "null"), RefusalReason.CLAIMS));
    cases.add(
        bad("another audience", claims("\"millrace\"", "\"millrace2\""), RefusalReason.AUDIENCE));
    cases.add(
        bad("other audiences", claims("\"millrace\"", "[\"a\",\"b\"]"), RefusalReason.AUDIENCE));
    cases.add(bad("no aud", claims("\"aud\":\"millrace\",", ""), RefusalReason.CLAIMS));
    cases.add(bad("aud of nobody", claims("\"millrace\"", "[]"), RefusalReason.CLAIMS));
    cases.add(
        bad("aud as object", claims("\"millrace\"", "{\"millrace\":1}"), RefusalReason.CLAIMS));
    cases.add(
        bad(
            "aud of mixed types",
            claims("\"millrace\"", "[\"millrace\",1]"),
            RefusalReason.CLAIMS));
    cases.add(bad("no exp", claims("\"exp\":1800000600,", ""), RefusalReason.CLAIMS));
    for (String exp :
        List.of(
            "\"1800000600\"",
            "-1",
            "null",
            "true",
            "1800000600.5",
            "1.8e9",
            "1e400",
            "[1800000600]",
            "1800000600000",
            "9223372036854775807",
            "92233720368547758070000")) {
      cases.add(bad("exp " + exp, claims("1800000600", exp), RefusalReason.CLAIMS));
    }
    cases.add(bad("expired", claims("1800000600", "" + (NOW - 30)), RefusalReason.EXPIRED));
    cases.add(bad("exp 0", claims("1800000600", "0"), RefusalReason.EXPIRED));
    cases.add(
        bad(
            "nbf to come",
            claims("\"nbf\":1799999990", "\"nbf\":" + (NOW + 31)),
            RefusalReason.NOT_YET_VALID));
    cases.add(
        bad("nbf as text", claims("\"nbf\":1799999990", "\"nbf\":\"0\""), RefusalReason.CLAIMS));
    cases.add(bad("nbf null", claims("\"nbf\":1799999990", "\"nbf\":null"), RefusalReason.CLAIMS));
    cases.add(
        bad(
            "iat to come",
            claims("\"iat\":1799999990", "\"iat\":" + (NOW + 31)),
            RefusalReason.NOT_YET_VALID));
    cases.add(
        bad("iat negative", claims("\"iat\":1799999990", "\"iat\":-5"), RefusalReason.CLAIMS));
    cases.add(bad("no tenant", claims("\"tenant\":\"acme\",", ""), RefusalReason.CLAIMS));
    cases.add(bad("tenant as number", claims("\"acme\"", "7"), RefusalReason.CLAIMS));
    cases.add(bad("tenant as array", claims("\"acme\"", "[\"acme\"]"), RefusalReason.CLAIMS));
    cases.add(bad("an empty tenant", claims("\"acme\"", "\"\""), RefusalReason.TENANT));
    cases.add(
        bad(
            "a long tenant",
            claims("\"acme\"", "\"" + "a".repeat(129) + "\""),
            RefusalReason.TENANT));
    cases.add(
        bad("a tenant with a line break", claims("\"acme\"", "\"a\\nb\""), RefusalReason.TENANT));
    cases.add(
        bad("a tenant with half a pair", claims("\"acme\"", "\"a\\ud83d\""), RefusalReason.TENANT));
    cases.add(bad("sub as number", claims("\"someone\"", "1"), RefusalReason.CLAIMS));
    cases.add(
        bad("sub with a line break", claims("\"someone\"", "\"a\\r\\nb\""), RefusalReason.CLAIMS));
    cases.add(
        bad(
            "a long sub",
            claims("\"someone\"", "\"" + "a".repeat(256) + "\""),
            RefusalReason.CLAIMS));
    cases.add(
        bad(
            "scope as array",
            claims("\"infer tasks:read openid\"", "[\"admin\"]"),
            RefusalReason.CLAIMS));
    cases.add(
        bad(
            "scp as object",
            claims("\"scope\":\"infer tasks:read openid\"", "\"scp\":{}"),
            RefusalReason.CLAIMS));
    cases.add(
        bad(
            "scp of mixed types",
            claims("\"scope\":\"infer tasks:read openid\"", "\"scp\":[\"infer\",1]"),
            RefusalReason.CLAIMS));
    return cases.stream();
  }

  @Test
  void noBadTokenGoesMissingFromTheTable() {
    long bad =
        Stream.of(
                wrongCredentials(),
                wrongShapes(),
                wrongHeaders(),
                wrongSignatures(),
                wrongClaims(),
                confusions())
            .flatMap(cases -> cases)
            .count();
    assertThat(bad).isGreaterThan(150);
  }

  @Test
  void aRememberedTokenExpiresAllTheSame() {
    String header = bearer(ED_HEADER, CLAIMS);

    assertThat(verifier.verify(header, NOW_MILLIS)).isEqualTo(SOMEONE);
    assertThat(verifier.verify(header, (NOW + 629) * 1000)).isEqualTo(SOMEONE);
    assertThat(reason(verifier.verify(header, (NOW + 630) * 1000)))
        .isEqualTo(RefusalReason.EXPIRED);
    assertThat(reason(verifier.verify(header, 0))).isEqualTo(RefusalReason.NOT_YET_VALID);
  }

  @Test
  void withSeveralKeysOfAnAlgorithmATokenHasToNameItsKey() {
    KeyPair other = HandMadeTokens.pair("Ed25519", NamedParameterSpec.ED25519);
    TokenVerifier two =
        verifier(
            set(
                edJwk(", \"alg\": \"EdDSA\", \"kid\": \"other\"", other.getPublic()),
                edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic())));

    assertThat(two.verify(bearer(ED_HEADER, CLAIMS), NOW_MILLIS)).isEqualTo(SOMEONE);
    assertThat(reason(two.verify(bearer("{\"alg\":\"EdDSA\"}", CLAIMS), NOW_MILLIS)))
        .isEqualTo(RefusalReason.UNKNOWN_KEY);
  }

  @Test
  void noPartOfATokenIsRepeatedInAnAnswer() {
    String secretText = "Xyzzy";
    Stream.of(
            ed("{\"alg\":\"Xyzzy\"}", CLAIMS),
            ed("{\"alg\":\"EdDSA\",\"kid\":\"Xyzzy\"}", CLAIMS),
            ed("{\"alg\":\"EdDSA\",\"typ\":\"Xyzzy\"}", CLAIMS),
            ed("{\"alg\":\"EdDSA\",\"crit\":[\"Xyzzy\"]}", CLAIMS),
            ed("Xyzzy", CLAIMS),
            ed(ED_HEADER, "{\"Xyzzy\":Xyzzy}"),
            ed(ED_HEADER, CLAIMS.replace("issuer", "Xyzzy")),
            ed(ED_HEADER, CLAIMS.replace("millrace", "Xyzzy")),
            ed(ED_HEADER, CLAIMS.replace("acme", "Xyzzy\\n")),
            ed(ED_HEADER, CLAIMS.replace("1800000600", "\"Xyzzy\"")),
            "Xyzzy.Xyzzy",
            "Xyzzy!")
        .map(token -> (Refused) verifier.verify("Bearer " + token, NOW_MILLIS))
        .forEach(
            refused -> {
              assertThat(refused.description()).doesNotContainIgnoringCase(secretText);
              assertThat(refused.challenge()).doesNotContainIgnoringCase(secretText);
            });
  }

  @Test
  void anotherClaimMayNameTheTenant() {
    AuthSettings settings =
        new AuthSettings(
            Set.of("issuer"),
            "millrace",
            AuthSettings.DEFAULT_CLOCK_SKEW,
            "https://example.com/organisation",
            Optional.empty(),
            new KeyLocation.File(Path.of("unused")));
    TokenVerifier other = new TokenVerifier(settings, FixedKeys.of(KEYS), () -> {});
    String token = claims("\"sub\"", "\"https://example.com/organisation\":\"umbrella\",\"sub\"");

    assertThat(other.verify(token, NOW_MILLIS))
        .isInstanceOfSatisfying(
            Principal.class, principal -> assertThat(principal.tenant()).isEqualTo("umbrella"));
  }

  private static RefusalReason reason(Verified verified) {
    return ((Refused) verified).reason();
  }

  private static TokenVerifier verifier(String jwks) {
    AuthSettings settings =
        new AuthSettings(
            Set.of("issuer", "second issuer"),
            "millrace",
            AuthSettings.DEFAULT_CLOCK_SKEW,
            AuthSettings.DEFAULT_TENANT_CLAIM,
            Optional.empty(),
            new KeyLocation.File(Path.of("unused")));
    return new TokenVerifier(settings, FixedKeys.of(jwks), () -> {});
  }

  private static Case good(String name, String header) {
    return new Case(name, header, null, SOMEONE);
  }

  private static Case bad(String name, @Nullable String header, RefusalReason reason) {
    return new Case(name, header, reason, SOMEONE);
  }

  private static Case malformed(String name, String token) {
    return bad(name, "Bearer " + token, RefusalReason.MALFORMED);
  }

  private static Case forged(String name, String token) {
    return bad(name, "Bearer " + token, RefusalReason.SIGNATURE);
  }

  /** A well signed token with one thing in its claims replaced. */
  private static String claims(String part, String replacement) {
    String changed = CLAIMS.replace(part, replacement);
    assertThat(changed).isNotEqualTo(CLAIMS);
    return bearer(ED_HEADER, changed);
  }

  private static String bearer(String header, String payload) {
    return "Bearer " + ed(header, payload);
  }

  private static String ed(String header, String payload) {
    return token("Ed25519", ED.getPrivate(), header, payload);
  }

  private static String rs(String header, String payload) {
    return token("SHA256withRSA", RSA.getPrivate(), header, payload);
  }

  private static String es(String header, String payload) {
    return token("SHA256withECDSAinP1363Format", EC.getPrivate(), header, payload);
  }

  private static String hs(String header, String payload) {
    return token("HmacSHA256", secret(SECRET), header, payload);
  }

  private static String signed(String header, byte[] payload) {
    String signed = encode(header) + "." + encode(payload);
    return signed + "." + encode(HandMadeTokens.sign("Ed25519", ED.getPrivate(), signed));
  }

  private static String withZero(String token) {
    int start = token.lastIndexOf('.') + 1;
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(start));
    return token.substring(0, start) + encode(Arrays.copyOf(signature, signature.length + 1));
  }

  /** The last character, with another value of the bits that mean nothing. */
  private static char nextLast(String token) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return alphabet.charAt(alphabet.indexOf(token.charAt(token.length() - 1)) + 1);
  }

  private static String flipped(String part) {
    return (part.charAt(0) == 'A' ? 'B' : 'A') + part.substring(1);
  }
}
