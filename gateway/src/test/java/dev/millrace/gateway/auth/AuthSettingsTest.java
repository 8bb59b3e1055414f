package dev.millrace.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthSettingsTest {
  private static final KeyLocation FILE = new KeyLocation.File(Path.of("jwks.json"));

  @Test
  void refusesWhatWouldTrustAnybody() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Set.of(), "millrace", Duration.ZERO, "tenant"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Set.of(""), "millrace", Duration.ZERO, "tenant"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Set.of("issuer"), "", Duration.ZERO, "tenant"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Set.of("issuer"), "millrace", Duration.ZERO, ""));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> settings(Set.of("issuer"), "millrace", Duration.ofSeconds(301), "tenant"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Set.of("issuer"), "millrace", Duration.ofSeconds(-1), "tenant"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new AuthSettings(
                    Set.of("issuer"),
                    "millrace",
                    Duration.ZERO,
                    "tenant",
                    Optional.of(SignatureAlgorithm.HS256),
                    FILE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example.com/jwks",
        "http://127.example.com/jwks",
        "http://localhost.example.com/jwks",
        "file:///etc/jwks.json",
        "jwks.json",
        "https:///jwks"
      })
  void keysAreNotFetchedWhereOthersCouldChangeThem(String uri) {
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyLocation.Url(URI.create(uri)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://issuer.example.com/jwks",
        "HTTPS://issuer.example.com",
        "http://localhost:8080/jwks",
        "http://127.0.0.1/jwks",
        "http://[::1]/jwks"
      })
  void keysAreFetchedOverTlsOrFromThisMachine(String uri) {
    assertThatCode(() -> new KeyLocation.Url(URI.create(uri))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(Scope.class)
  void anAdminMayEverythingAndOthersWhatTheirScopesSay(Scope scope) {
    assertThat(new Principal("a", "", Set.of(Scope.ADMIN)).may(scope)).isTrue();
    assertThat(new Principal("a", "", Set.of(scope)).may(scope)).isTrue();
    assertThat(new Principal("a", "", Set.of()).may(scope)).isFalse();
    assertThat(new Principal("a", "", Set.of(Scope.TASKS_READ)).may(Scope.TASKS_WRITE)).isFalse();
  }

  @Test
  void challengesAreQuotedSafelyAndSayNoErrorWhereNothingWasSent() {
    assertThat(new Refused(RefusalReason.MISSING, "x").challenge())
        .isEqualTo("Bearer realm=\"millrace\"");
    assertThat(new Refused(RefusalReason.CLAIMS, "a\"b\\c\r\nSet-Cookie: \u00e9").challenge())
        .isEqualTo(
            "Bearer realm=\"millrace\", error=\"invalid_token\","
                + " error_description=\"a?b?c??Set-Cookie: ?\"");
    assertThat(Challenge.insufficientScope(Scope.TASKS_READ))
        .isEqualTo(
            "Bearer realm=\"millrace\", error=\"insufficient_scope\","
                + " error_description=\"the token lacks the scope tasks:read\","
                + " scope=\"tasks:read\"");
    assertThat(new Refused(RefusalReason.KEYS_UNAVAILABLE, "x").status()).isEqualTo(503);
  }

  private static AuthSettings settings(
      Set<String> issuers, String audience, Duration skew, String tenantClaim) {
    return new AuthSettings(issuers, audience, skew, tenantClaim, Optional.empty(), FILE);
  }
}
