package dev.millrace.gateway.auth;

import java.util.stream.Collectors;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Signs tokens for development and tests. For use by several threads. */
public final class TokenIssuer {
  private static final long MILLIS = 1000;

  private final PublicJsonWebKey key;

  TokenIssuer(PublicJsonWebKey key) {
    this.key = key;
  }

  /**
   * A token that {@link DevelopmentKeys#settings} accept from now on.
   *
   * @param nowMillis epoch milliseconds
   */
  public String issue(TokenRequest request, long nowMillis) {
    Principal principal = request.principal();
    long now = nowMillis / MILLIS;
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(DevelopmentKeys.ISSUER);
    claims.setAudience(DevelopmentKeys.AUDIENCE);
    claims.setIssuedAt(NumericDate.fromSeconds(now));
    claims.setExpirationTime(NumericDate.fromSeconds(now + request.lifetime().toSeconds()));
    // Told apart by it, two tokens of one second are two.
    claims.setGeneratedJwtId();
    claims.setStringClaim(AuthSettings.DEFAULT_TENANT_CLAIM, principal.tenant());
    claims.setStringClaim("scope", scope(principal));
    if (!principal.subject().isEmpty()) {
      claims.setSubject(principal.subject());
    }
    return sign(claims);
  }

  private static String scope(Principal principal) {
    return principal.scopes().stream()
        .sorted()
        .map(Scope::wireName)
        .collect(Collectors.joining(" "));
  }

  private String sign(JwtClaims claims) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setHeader("typ", "JWT");
    signature.setAlgorithmHeaderValue(SignatureAlgorithm.EDDSA.wireName());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setPayload(claims.toJson());
    signature.setKey(key.getPrivateKey());
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("a key of Ed25519 signs anything", e);
    }
  }
}
