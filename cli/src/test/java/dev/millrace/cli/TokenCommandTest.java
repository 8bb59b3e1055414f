package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.Principal;
import dev.millrace.gateway.auth.RefusalReason;
import dev.millrace.gateway.auth.Refused;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenVerifier;
import dev.millrace.gateway.auth.Verified;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens as the command prints them, verified as the gateway does it. */
class TokenCommandTest {
  @TempDir Path directory;

  @Test
  void printsNothingButATokenThatTheGatewayAccepts() throws Exception {
    Execution execution = token();

    assertThat(execution.status()).isEqualTo(ExitCode.OK);
    assertThat(execution.out()).hasLineCount(1).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
    assertThat(execution.err()).isEmpty();
    assertThat(verify(execution, Duration.ZERO))
        .isEqualTo(
            new Principal(
                "default", "developer", Set.of(Scope.INFER, Scope.TASKS_READ, Scope.TASKS_WRITE)));
  }

  @Test
  void theTokenSaysWhatWasAskedFor() throws Exception {
    Execution execution =
        token("--tenant", "acme", "--scope", "infer", "--scope", "admin", "--subject", "ci");

    assertThat(verify(execution, Duration.ZERO))
        .isEqualTo(new Principal("acme", "ci", Set.of(Scope.INFER, Scope.ADMIN)));
  }

  @Test
  void theTokenExpiresWhenAsked() throws Exception {
    Execution execution = token("--lifetime", "10m");

    assertThat(verify(execution, Duration.ofMinutes(9))).isInstanceOf(Principal.class);
    assertThat(verify(execution, Duration.ofMinutes(11)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.EXPIRED));
  }

  @Test
  void tokensOfLaterRunsAreOfTheSameKey() throws Exception {
    Execution first = token();
    Execution second = token();

    assertThat(first.out()).isNotEqualTo(second.out());
    assertThat(verify(first, Duration.ZERO)).isInstanceOf(Principal.class);
  }

  @ParameterizedTest
  @CsvSource({
    "--scope everything, there is infer",
    "--tenant '', --tenant must be",
    "--lifetime soon, 'soon' is no duration",
    "--lifetime 0, a token's lifetime",
    "--lifetime 9000h, a token's lifetime",
  })
  void aValueThatMakesNoSenseIsAUsageError(String options, String message) {
    String[] words = options.replace("''", "").split(" ", 2);
    Execution execution = token(words);

    assertThat(execution.status()).isEqualTo(ExitCode.USAGE);
    assertThat(execution.err()).contains(message);
    assertThat(execution.out()).isEmpty();
  }

  @Test
  void aKeyThatOthersMayReadIsReportedInOneLine() throws Exception {
    assertThat(token().status()).isEqualTo(ExitCode.OK);
    Path key = directory.resolve("auth/signing-key.json");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    Execution execution = token();

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains(key.toString(), "chmod 600").hasLineCount(1);
    assertThat(execution.out()).isEmpty();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsReportedInOneLine() throws Exception {
    Files.writeString(directory.resolve("auth"), "a file");

    Execution execution = token();

    assertThat(execution.status()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(execution.err()).contains("no key can be made in").hasLineCount(1);
  }

  private Execution token(String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "token";
    all[1] = "--data-dir";
    all[2] = directory.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    return Execution.of(all);
  }

  private Verified verify(Execution execution, Duration later) throws Exception {
    try (TokenVerifier verifier =
        TokenVerifier.open(DevelopmentKeys.in(directory.resolve("auth")).settings())) {
      return verifier.verify(
          "Bearer " + execution.out().strip(), System.currentTimeMillis() + later.toMillis());
    }
  }
}
