package dev.millrace.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentKeysTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final int AT_ONCE = 16;
  private static final TokenRequest REQUEST =
      new TokenRequest(new Principal("acme", "ci", Set.of(Scope.INFER)), Duration.ofMinutes(5));

  @TempDir Path temporary;

  @Test
  void whatTheIssuerSignsTheSettingsAccept() throws Exception {
    DevelopmentKeys keys = DevelopmentKeys.in(temporary.resolve("auth"));
    String token = keys.issuer().issue(REQUEST, NOW);

    try (TokenVerifier verifier = TokenVerifier.open(keys.settings())) {
      assertThat(verifier.verify("Bearer " + token, NOW)).isEqualTo(REQUEST.principal());
      assertThat(verifier.verify("Bearer " + token, NOW + 331_000)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void onlyItsOwnerReadsThePrivateKeyAndItIsNowhereElse() throws Exception {
    DevelopmentKeys.in(temporary.resolve("auth"));
    Path file = temporary.resolve("auth/signing-key.json");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).contains("\"d\":");
    assertThat(Files.readString(temporary.resolve("auth/jwks.json"))).doesNotContain("\"d\":");
    try (Stream<Path> files = Files.list(temporary.resolve("auth"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void whoeverIsFirstOfManyAllUseTheSameKey() throws Exception {
    Path directory = temporary.resolve("auth");
    CyclicBarrier start = new CyclicBarrier(AT_ONCE);
    ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<String>> tokens = new ArrayList<>();
    try {
      for (int i = 0; i < AT_ONCE; i++) {
        tokens.add(
            executor.submit(
                () -> {
                  start.await();
                  return DevelopmentKeys.in(directory).issuer().issue(REQUEST, NOW);
                }));
      }
      for (Future<String> token : tokens) {
        String text = token.get();
        try (TokenVerifier verifier =
            TokenVerifier.open(DevelopmentKeys.in(directory).settings())) {
          assertThat(verifier.verify("Bearer " + text, NOW)).isEqualTo(REQUEST.principal());
        }
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aDeletedPublicKeyIsWrittenAgain() throws Exception {
    DevelopmentKeys first = DevelopmentKeys.in(temporary);
    String token = first.issuer().issue(REQUEST, NOW);
    Files.delete(temporary.resolve("jwks.json"));

    try (TokenVerifier verifier = TokenVerifier.open(DevelopmentKeys.in(temporary).settings())) {
      assertThat(verifier.verify("Bearer " + token, NOW)).isEqualTo(REQUEST.principal());
    }
  }

  @Test
  void aKeyThatOthersMayReadOrThatIsNoneIsRefused() throws Exception {
    DevelopmentKeys.in(temporary);
    Path file = temporary.resolve("signing-key.json");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> DevelopmentKeys.in(temporary))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("chmod 600");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> DevelopmentKeys.in(temporary))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining("no private key");
  }
}
