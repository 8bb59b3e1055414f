package dev.millrace.gateway.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UncheckedJoseException;

/**
 * A key pair to issue tokens with where there is no identity provider: for development and tests.
 *
 * <p>{@code signing-key.json} is the private key, for its owner's eyes only; {@code jwks.json}
 * beside it is the public one, where the gateway reads it. Whichever process is first makes them,
 * whole or not at all, and all others find the same.
 */
public final class DevelopmentKeys {
  /** The {@code iss} of development tokens. */
  public static final String ISSUER = "millrace-development";

  /** The {@code aud} of development tokens. */
  public static final String AUDIENCE = "millrace";

  private static final String PRIVATE_FILE = "signing-key.json";
  private static final String PUBLIC_FILE = "jwks.json";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Who may read or write the private key. */
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final PublicJsonWebKey key;

  private DevelopmentKeys(Path directory, PublicJsonWebKey key) {
    this.directory = directory;
    this.key = key;
  }

  /**
   * The keys in a directory, made there when there are none.
   *
   * @throws IOException when the directory cannot be written to
   * @throws InvalidKeysException when what is there is no such key, or others may read it
   */
  public static DevelopmentKeys in(Path directory) throws IOException, InvalidKeysException {
    Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    Path file = directory.resolve(PRIVATE_FILE);
    if (!Files.exists(file)) {
      create(file);
    }
    DevelopmentKeys keys = new DevelopmentKeys(directory, read(file));
    keys.publish();
    return keys;
  }

  /** Signs tokens with the private key. */
  public TokenIssuer issuer() {
    return new TokenIssuer(key);
  }

  /** Settings that accept the tokens of {@link #issuer}. */
  public AuthSettings settings() {
    return new AuthSettings(ISSUER, AUDIENCE, new KeyLocation.File(directory.resolve(PUBLIC_FILE)));
  }

  private static void create(Path file) throws IOException {
    Path draft = temporary(file);
    try {
      Files.writeString(draft, generate().toJson(OutputControlLevel.INCLUDE_PRIVATE));
      // A link, since it is there with all its bytes at once, and fails where there is one already.
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster: its key counts.
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static OctetKeyPairJsonWebKey generate() {
    try {
      OctetKeyPairJsonWebKey key =
          OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519);
      key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
      key.setAlgorithm(SignatureAlgorithm.EDDSA.wireName());
      key.setUse("sig");
      return key;
    } catch (JoseException e) {
      throw new IllegalStateException("this JVM makes no keys of Ed25519", e);
    }
  }

  private static PublicJsonWebKey read(Path file) throws IOException, InvalidKeysException {
    Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    others.removeAll(OWNER_ONLY);
    if (!others.isEmpty()) {
      throw new InvalidKeysException(
          "%s: others may read this private key: chmod 600, or delete it for a new one"
              .formatted(file));
    }
    try {
      PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(Files.readString(file, UTF_8));
      if (key instanceof OctetKeyPairJsonWebKey
          && key.getPrivateKey() != null
          && key.getKeyId() != null) {
        return key;
      }
      throw new InvalidKeysException("%s: no private key with a kid".formatted(file));
    } catch (JoseException | UncheckedJoseException e) {
      throw new InvalidKeysException("%s: no private key".formatted(file), e);
    }
  }

  /** Every process writes the same, so it does not matter whose is last. */
  private void publish() throws IOException {
    Path file = directory.resolve(PUBLIC_FILE);
    String jwks = new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
    if (Files.exists(file) && Files.readString(file, UTF_8).equals(jwks)) {
      return;
    }
    Path draft = temporary(file);
    try {
      Files.writeString(draft, jwks);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Beside the file; such files are readable by their owner only from the beginning. */
  private static Path temporary(Path file) throws IOException {
    return Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".draft");
  }
}
