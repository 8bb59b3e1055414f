package dev.millrace.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys, sets of them and tokens, made with the JDK alone: a library would refuse the bad ones. */
final class HandMadeTokens {
  static final KeyPair RSA = pair("RSA", rsa(2048));
  static final KeyPair EC = pair("EC", new ECGenParameterSpec("secp256r1"));
  static final KeyPair ED = pair("Ed25519", NamedParameterSpec.ED25519);
  static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);

  private static final int COORDINATE = 32;

  private HandMadeTokens() {}

  static AlgorithmParameterSpec rsa(int bits) {
    return new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4);
  }

  static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String set(String... keys) {
    return "{\"keys\": [" + String.join(", ", keys) + "]}";
  }

  static String rsaJwk(String members, PublicKey key) {
    RSAPublicKey rsa = (RSAPublicKey) key;
    return """
        {"kty": "RSA", "n": "%s", "e": "%s"%s}"""
        .formatted(
            encode(unsigned(rsa.getModulus())), encode(unsigned(rsa.getPublicExponent())), members);
  }

  static String ecJwk(String members, PublicKey key) {
    ECPublicKey ec = (ECPublicKey) key;
    return """
        {"kty": "EC", "crv": "P-256", "x": "%s", "y": "%s"%s}"""
        .formatted(
            encode(coordinate(ec.getW().getAffineX())),
            encode(coordinate(ec.getW().getAffineY())),
            members);
  }

  static String edJwk(String members, PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - COORDINATE, encoded.length);
    return """
        {"kty": "OKP", "crv": "Ed25519", "x": "%s"%s}"""
        .formatted(encode(point), members);
  }

  static String secretJwk(String members, byte[] secret) {
    return """
        {"kty": "oct", "k": "%s"%s}"""
        .formatted(encode(secret), members);
  }

  /** A token of these texts, whatever they are, signed as the algorithm has it. */
  static String token(String algorithm, Key key, String header, String payload) {
    String signed = encode(header.getBytes(UTF_8)) + "." + encode(payload.getBytes(UTF_8));
    return signed + "." + encode(sign(algorithm, key, signed));
  }

  static byte[] sign(String algorithm, Key key, String signed) {
    try {
      if (algorithm.equals("HmacSHA256")) {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(key);
        return mac.doFinal(signed.getBytes(UTF_8));
      }
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign((PrivateKey) key);
      signature.update(signed.getBytes(UTF_8));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static Key secret(byte[] bytes) {
    return new SecretKeySpec(bytes, "HmacSHA256");
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String encode(String text) {
    return encode(text.getBytes(UTF_8));
  }

  static byte[] unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte[] coordinate(BigInteger number) {
    byte[] bytes = unsigned(number);
    byte[] padded = new byte[COORDINATE];
    System.arraycopy(bytes, 0, padded, COORDINATE - bytes.length, bytes.length);
    return padded;
  }
}
