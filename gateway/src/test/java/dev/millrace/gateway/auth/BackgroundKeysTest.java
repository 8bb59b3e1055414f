package dev.millrace.gateway.auth;

import static dev.millrace.gateway.auth.HandMadeTokens.EC;
import static dev.millrace.gateway.auth.HandMadeTokens.ED;
import static dev.millrace.gateway.auth.HandMadeTokens.ecJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.edJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.secretJwk;
import static dev.millrace.gateway.auth.HandMadeTokens.set;
import static dev.millrace.gateway.auth.HandMadeTokens.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.gateway.auth.KeyLocation.RefreshSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that change in a file and behind a URL, seen through the verifier. */
class BackgroundKeysTest {
  private static final long MINUTE = 60_000;
  private static final String ED_KEY =
      edJwk(", \"alg\": \"EdDSA\", \"kid\": \"ed\"", ED.getPublic());
  private static final String EC_KEY =
      ecJwk(", \"alg\": \"ES256\", \"kid\": \"ec\"", EC.getPublic());
  private static final String CLAIMS =
      """
      {"iss":"issuer","aud":"millrace","exp":9000000000,"tenant":"acme","scope":"infer"}""";
  private static final String ED_TOKEN =
      token("Ed25519", ED.getPrivate(), "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", CLAIMS);
  private static final String EC_TOKEN =
      token(
          "SHA256withECDSAinP1363Format",
          EC.getPrivate(),
          "{\"alg\":\"ES256\",\"kid\":\"ec\"}",
          CLAIMS);

  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile String answer = set(ED_KEY);
  private volatile int status = 200;
  private HttpServer server;
  private URI uri;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    uri = URI.create("http://127.0.0.1:%d/jwks".formatted(server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    fetches.incrementAndGet();
    byte[] body = answer.getBytes(UTF_8);
    if (status == 302) {
      exchange.getResponseHeaders().add("Location", "/elsewhere");
    }
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void aFileThatChangesIsReadAgain() throws Exception {
    Path file = Files.writeString(directory.resolve("jwks.json"), set(ED_KEY));
    try (TokenVerifier verifier = TokenVerifier.open(settings(new KeyLocation.File(file)))) {
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
      // With the old key, too, since it is there no more.
      Files.writeString(file, set(EC_KEY));

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(verify(verifier, EC_TOKEN)).isEqualTo("acme"));
      assertThat(verify(verifier, ED_TOKEN)).isNotEqualTo("acme");
    }
  }

  @Test
  void aBrokenFileKeepsTheOldKeysUntilItIsMended() throws Exception {
    Path file = Files.writeString(directory.resolve("jwks.json"), set(ED_KEY));
    try (BackgroundKeys keys = keys(new FileKeyFetcher(file))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      for (String broken : new String[] {"", "{", set(), set(EC_KEY.replace("ES256", "EdDSA"))}) {
        Files.writeString(file, broken);
        poll(keys, 6 * MINUTE);
        assertThat(verify(verifier, ED_TOKEN)).as(broken).isEqualTo("acme");
      }
      Files.delete(file);
      poll(keys, 6 * MINUTE);
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");

      Files.writeString(file, set(EC_KEY));
      poll(keys, 6 * MINUTE);
      assertThat(verify(verifier, EC_TOKEN)).isEqualTo("acme");
    }
  }

  @Test
  void aFileThatIsNotThereOrNotSoundIsAnErrorAtTheStart() throws Exception {
    Path file = directory.resolve("jwks.json");
    AuthSettings settings = settings(new KeyLocation.File(file));

    assertThatThrownBy(() -> TokenVerifier.open(settings))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessage(file + ": no such file");
    Files.writeString(file, set(ED_KEY.replace("\"alg\"", "\"algorithm\"")));
    assertThatThrownBy(() -> TokenVerifier.open(settings))
        .isInstanceOf(InvalidKeysException.class)
        .hasMessageContaining(file + ": keys[0]: it names no alg");
  }

  @Test
  void keysOfAUrlAreFetchedOnceAnIntervalHoweverManyTokensCome() {
    try (BackgroundKeys keys = keys(new HttpKeyFetcher(uri, Duration.ofSeconds(10)))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      for (int i = 0; i < 100; i++) {
        assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
        poll(keys, 0);
      }
      assertThat(fetches).hasValue(1);
      poll(keys, 5 * MINUTE);
      assertThat(fetches).hasValue(2);
    }
  }

  @Test
  void anUnknownKeyIsFetchedEarlyAndTheCallerComesAgain() {
    try (BackgroundKeys keys = keys(new HttpKeyFetcher(uri, Duration.ofSeconds(10)))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      answer = set(ED_KEY, EC_KEY);
      now.addAndGet(MINUTE);

      assertThat(verify(verifier, EC_TOKEN)).isEqualTo("keys_unavailable");
      await().untilAsserted(() -> assertThat(verify(verifier, EC_TOKEN)).isEqualTo("acme"));
      assertThat(fetches).hasValue(2);
    }
  }

  @Test
  void aFloodOfUnknownKeysIsOneFetch() {
    try (BackgroundKeys keys = keys(new HttpKeyFetcher(uri, Duration.ofSeconds(10)))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      now.addAndGet(MINUTE);
      for (int i = 0; i < 10_000; i++) {
        assertThat(verify(verifier, EC_TOKEN)).isIn("keys_unavailable", "unknown_key");
      }
      await().untilAsserted(() -> assertThat(verify(verifier, EC_TOKEN)).isEqualTo("unknown_key"));
      assertThat(fetches).hasValue(2);
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
    }
  }

  @Test
  void aFailedRefreshKeepsTheKeysUntilTheyAreTooOld() {
    try (BackgroundKeys keys = keys(new HttpKeyFetcher(uri, Duration.ofSeconds(10)))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      status = 500;
      poll(keys, 59 * MINUTE);
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
      poll(keys, 2 * MINUTE);
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("keys_unavailable");

      status = 200;
      poll(keys, MINUTE);
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
    }
  }

  @Test
  void aUrlThatDoesNotAnswerAtTheStartIsAskedAgain() throws Exception {
    now.set(System.currentTimeMillis());
    status = 503;
    RefreshSettings soon =
        new RefreshSettings(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofHours(1));
    try (TokenVerifier verifier = TokenVerifier.open(settings(new KeyLocation.Url(uri, soon)))) {
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("keys_unavailable");
      status = 200;

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme"));
    }
  }

  @Test
  void whatIsNoGoodAnswerIsNotTaken() {
    try (BackgroundKeys keys = keys(new HttpKeyFetcher(uri, Duration.ofSeconds(10)))) {
      TokenVerifier verifier = verifier(keys);
      keys.poll();
      answer = "{\"keys\": [" + EC_KEY + "], \"x\": \"" + "x".repeat(1 << 20) + "\"}";
      poll(keys, 6 * MINUTE);
      assertThat(verify(verifier, EC_TOKEN)).as("too large").isNotEqualTo("acme");
      answer = set(EC_KEY);
      status = 302;
      poll(keys, 6 * MINUTE);
      assertThat(verify(verifier, EC_TOKEN)).as("a redirect").isNotEqualTo("acme");
      status = 200;
      answer = set(EC_KEY, secretJwk(", \"alg\": \"HS256\"", new byte[32]));
      poll(keys, 6 * MINUTE);
      assertThat(verify(verifier, EC_TOKEN)).as("a secret for all").isNotEqualTo("acme");
      assertThat(verify(verifier, ED_TOKEN)).isEqualTo("acme");
      assertThat(fetches).as("no redirect was followed").hasValue(4);
    }
  }

  @Test
  void anAnswerThatTricklesIsGivenUp() {
    server.removeContext("/");
    server.createContext("/", exchange -> exchange.sendResponseHeaders(200, 1000));
    HttpKeyFetcher fetcher = new HttpKeyFetcher(uri, Duration.ofMillis(300));

    assertThatThrownBy(fetcher::fetch)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no answer within 300 ms");
  }

  private BackgroundKeys keys(KeyFetcher fetcher) {
    RefreshSettings settings =
        new RefreshSettings(Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(1));
    return new BackgroundKeys(
        fetcher,
        new JwksReader(Optional.empty(), false),
        settings,
        () -> Instant.ofEpochMilli(now.get()));
  }

  private void poll(BackgroundKeys keys, long laterMillis) {
    now.addAndGet(laterMillis);
    keys.poll();
  }

  private TokenVerifier verifier(KeySource keys) {
    return new TokenVerifier(settings(new KeyLocation.Url(uri)), keys, () -> {});
  }

  private static AuthSettings settings(KeyLocation location) {
    return new AuthSettings("issuer", "millrace", location);
  }

  /** The tenant, or why there is none. */
  private String verify(TokenVerifier verifier, String token) {
    Verified verified = verifier.verify("Bearer " + token, now.get());
    return verified instanceof Principal principal
        ? principal.tenant()
        : ((Refused) verified).reason().wireName();
  }
}
