package dev.millrace.cli;

import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.InvalidKeysException;
import dev.millrace.gateway.auth.Principal;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenRequest;
import dev.millrace.protocol.EnvelopeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Issues tokens for the gateway of a local stack. */
@Command(
    name = "token",
    description = {
      "Prints a token for the gateway, for development: signed with a key that is made on the first",
      "run and that only its owner may read. A gateway accepts it that is told to read the public",
      "key beside it."
    })
final class TokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tenant",
      defaultValue = EnvelopeReader.DEFAULT_TENANT,
      description = "Whom it speaks for (default: ${DEFAULT-VALUE}).")
  private String tenant = EnvelopeReader.DEFAULT_TENANT;

  @Option(
      names = "--scope",
      defaultValue = "infer,tasks:read,tasks:write",
      split = ",",
      description =
          "What it allows: infer, tasks:read, tasks:write or admin, which is all of it. May be"
              + " repeated (default: ${DEFAULT-VALUE}).")
  private List<String> scopes = List.of();

  @Option(
      names = "--subject",
      defaultValue = "developer",
      description = "Who it is within the tenant, for logs (default: ${DEFAULT-VALUE}).")
  private String subject = "";

  @Option(
      names = "--lifetime",
      defaultValue = "12h",
      converter = DurationConverter.class,
      description = "How long it is good (default: ${DEFAULT-VALUE}).")
  private Duration lifetime = Duration.ZERO;

  @Option(
      names = {"--data-dir", "--data"},
      paramLabel = "DIR",
      description = "Where the key is, in auth/ (default: data, in the checkout).")
  private Path dataDirectory = Home.path().resolve("data");

  @Override
  public Integer call() throws CommandException {
    TokenRequest request = request();
    Path directory = dataDirectory.resolve("auth");
    try {
      String token =
          DevelopmentKeys.in(directory).issuer().issue(request, System.currentTimeMillis());
      spec.commandLine().getOut().println(token);
      return ExitCode.OK;
    } catch (InvalidKeysException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandException("no key can be made in %s: %s".formatted(directory, e), e);
    }
  }

  private TokenRequest request() {
    if (!EnvelopeReader.isTenant(tenant)) {
      throw wrong(
          "--tenant must be 1 to %d printable characters"
              .formatted(EnvelopeReader.MAXIMUM_TENANT_LENGTH));
    }
    Set<Scope> granted = scopes.stream().map(this::scope).collect(Collectors.toSet());
    try {
      return new TokenRequest(new Principal(tenant, subject, granted), lifetime);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Scope scope(String name) {
    return Scope.fromWireName(name)
        .orElseThrow(
            () ->
                wrong(
                    "--scope %s: there is %s"
                        .formatted(
                            name,
                            Arrays.stream(Scope.values())
                                .map(Scope::wireName)
                                .collect(Collectors.joining(", ")))));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
