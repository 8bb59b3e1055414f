package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamedTextTest {
  private final StreamedText text = new StreamedText();

  @Test
  void aRepeatedPieceIsDropped() {
    text.take(0, 0, "In the ");
    assertThat(text.deliver(0)).isEqualTo("In the ");
    text.take(0, 0, "In the ");
    assertThat(text.deliver(0)).isEmpty();
    text.take(0, 2, "beginning");
    assertThat(text.deliver(0)).isEqualTo("beginning");
    assertThat(text.rest(0, "In the beginning God")).isEqualTo(" God");
  }

  @Test
  void whatCouldNotBeDeliveredComesWithTheNext() {
    text.take(0, 0, "a");
    text.take(0, 1, "b");
    assertThat(text.deliver(0)).isEqualTo("ab");
  }

  @Test
  void aTextWithoutPiecesComesWhole() {
    assertThat(text.rest(3, "all")).isEqualTo("all");
  }

  /**
   * Replays begin anywhere, and a slow client takes what it takes: it has the text nevertheless.
   */
  @Test
  void whateverIsRepeatedTheClientHasEachCharacterOnce() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      StreamedText streamed = new StreamedText();
      StringBuilder client = new StringBuilder();
      String whole = "the heavens and the earth";
      int next = 0;
      while (next < whole.length()) {
        if (random.nextInt(5) == 0) {
          // A crash: the job goes on from an earlier token.
          next = random.nextInt(next + 1);
        }
        streamed.take(0, next, whole.substring(next, next + 1));
        next++;
        if (random.nextBoolean()) {
          client.append(streamed.deliver(0));
        }
      }
      client.append(streamed.rest(0, whole));
      assertThat(client).hasToString(whole);
    }
  }
}
