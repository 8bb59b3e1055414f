package dev.millrace.gateway.auth;

import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jose4j.jca.ProviderContext;
import org.jose4j.jwa.AlgorithmFactoryFactory;
import org.jose4j.jws.JsonWebSignatureAlgorithm;
import org.jose4j.lang.InvalidAlgorithmException;
import org.jose4j.lang.JoseException;

/** The algorithms by which tokens may be signed: {@code alg} of RFC 7518 and RFC 8037. */
public enum SignatureAlgorithm {
  /** RSA (PKCS #1 v1.5) with SHA-256; keys of at least 2,048 bits. */
  RS256("RS256", RSAPublicKey.class),
  /** ECDSA over P-256 with SHA-256. */
  ES256("ES256", ECPublicKey.class),
  /** Ed25519. */
  EDDSA("EdDSA", EdECPublicKey.class),
  /** HMAC with SHA-256; secrets of at least 32 bytes. */
  HS256("HS256", SecretKey.class);

  /** Without a provider of its own for anything: those of the JVM. */
  private static final ProviderContext PROVIDERS = new ProviderContext();

  private static final int SHA_256_LENGTH = 32;

  /** Two numbers of 32 bytes each: RFC 7518, section 3.4, and RFC 8032, section 5.1.6. */
  private static final int PAIR_LENGTH = 64;

  private static final String ED25519 = "Ed25519";

  private final String wireName;
  private final Class<? extends Key> keyType;

  SignatureAlgorithm(String wireName, Class<? extends Key> keyType) {
    this.wireName = wireName;
    this.keyType = keyType;
  }

  /** The algorithm as keys and tokens name it. */
  public String wireName() {
    return wireName;
  }

  /** The algorithm of exactly that name, if it is served. */
  public static Optional<SignatureAlgorithm> fromWireName(String wireName) {
    return Arrays.stream(values())
        .filter(algorithm -> algorithm.wireName.equals(wireName))
        .findFirst();
  }

  boolean isSymmetric() {
    return this == HS256;
  }

  /**
   * Checks that a key is of this algorithm and strong enough for it.
   *
   * @throws InvalidKeysException otherwise
   */
  void requireFit(Key key) throws InvalidKeysException {
    if (!keyType.isInstance(key) || (isSymmetric() && key instanceof PublicKey)) {
      throw new InvalidKeysException("its type is not that of " + wireName);
    }
    if (key instanceof EdECPublicKey edwards && !edwards.getParams().getName().equals(ED25519)) {
      throw new InvalidKeysException("its curve is not " + ED25519);
    }
    try {
      implementation().validateVerificationKey(key);
    } catch (JoseException e) {
      throw new InvalidKeysException("it is no key for " + wireName + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whether a signature is that of the key.
   *
   * @throws JoseException when it cannot be any key's
   */
  boolean verifies(Key key, byte[] signed, byte[] signature) throws JoseException {
    // The JDK takes an Ed25519 signature with zeros behind it for the same.
    return signature.length == signatureLength(key)
        && implementation().verifySignature(signature, key, signed, PROVIDERS);
  }

  private int signatureLength(Key key) {
    return switch (this) {
      case RS256 -> (((RSAPublicKey) key).getModulus().bitLength() + Byte.SIZE - 1) / Byte.SIZE;
      case ES256, EDDSA -> PAIR_LENGTH;
      case HS256 -> SHA_256_LENGTH;
    };
  }

  private JsonWebSignatureAlgorithm implementation() throws InvalidAlgorithmException {
    return AlgorithmFactoryFactory.getInstance().getJwsAlgorithmFactory().getAlgorithm(wireName);
  }
}
