package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {
  private static final Duration LONGEST = Duration.ofSeconds(100);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          respond-async              | true  | 0
          Respond-Async , WAIT = 10  | true  | 10
          wait=10                    | false | 10
          wait=10;foo="bar"          | false | 10
          wait=1000                  | false | 100
          wait=999999999             | false | 100
          wait=9999999999            | false | 0
          wait=-1                    | false | 0
          wait=soon                  | false | 0
          wait=                      | false | 0
          return=minimal             | false | 0
          respond-asynchronously     | false | 0
          ,;,                        | false | 0
          wait=x, wait=5             | false | 5
          """)
  void whatIsUnderstoodIsPreferred(String header, boolean async, int seconds) {
    Preferences preferences = Preferences.of(List.of(header));
    assertThat(preferences.respondAsync()).isEqualTo(async);
    assertThat(preferences.wait(LONGEST)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void severalHeadersAreOneList() {
    Preferences preferences = Preferences.of(List.of("wait=7", "respond-async"));
    assertThat(preferences.respondAsync()).isTrue();
    assertThat(preferences.wait(LONGEST)).isEqualTo(Duration.ofSeconds(7));
  }
}
