package dev.millrace.cli;

import dev.millrace.gateway.auth.AuthSettings;
import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.InvalidKeysException;
import dev.millrace.gateway.auth.KeyLocation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose tokens are good. */
final class GatewayKeyOptions {
  @Option(
      names = "--jwks",
      paramLabel = "FILE|URL",
      description = "The keys of the issuer (default: those of millrace token in --data-dir).")
  private @Nullable String jwks;

  @Option(
      names = "--issuer",
      description = "Whose tokens are trusted; needed with --jwks. May be repeated.")
  private Set<String> issuers = new LinkedHashSet<>();

  @Option(
      names = "--audience",
      defaultValue = DevelopmentKeys.AUDIENCE,
      description = "Whom tokens must be for (default: ${DEFAULT-VALUE}).")
  private String audience = "";

  @Option(
      names = "--tenant-claim",
      defaultValue = AuthSettings.DEFAULT_TENANT_CLAIM,
      description = "The claim that names the tenant (default: ${DEFAULT-VALUE}).")
  private String tenantClaim = "";

  @Option(
      names = "--clock-skew",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How far the issuer's clock may be off (default: ${DEFAULT-VALUE}).")
  private Duration clockSkew = Duration.ZERO;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where development keys are, in auth/, and a database of tasks (default: data, in the"
              + " checkout).")
  private Path dataDirectory = Home.path().resolve("data");

  /** Where a gateway keeps what it has to find again. */
  Path dataDirectory() {
    return dataDirectory;
  }

  AuthSettings settings() throws CommandException {
    if (jwks == null) {
      return developmentKeys();
    }
    if (issuers.isEmpty()) {
      throw new IllegalArgumentException("--jwks needs an --issuer");
    }
    boolean url = jwks.startsWith("https://") || jwks.startsWith("http://");
    return new AuthSettings(
        issuers,
        audience,
        clockSkew,
        tenantClaim,
        Optional.empty(),
        url ? new KeyLocation.Url(URI.create(jwks)) : new KeyLocation.File(Path.of(jwks)));
  }

  private AuthSettings developmentKeys() throws CommandException {
    Path directory = dataDirectory.resolve("auth");
    try {
      return DevelopmentKeys.in(directory).settings();
    } catch (IOException | InvalidKeysException e) {
      throw new CommandException(
          "the keys in %s cannot be used: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
