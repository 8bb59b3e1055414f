package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void endsLinesAtLineFeedsAndAtTheEnd() throws Exception {
    assertThat(lines("a\nbc\nd")).containsExactly("a", "bc", "d");
  }

  @Test
  void hasNoLineAfterALastLineFeed() throws Exception {
    assertThat(lines("a\n")).containsExactly("a");
  }

  @Test
  void hasNoLineInNothing() throws Exception {
    assertThat(lines("")).isEmpty();
  }

  @Test
  void givesEmptyLinesToo() throws Exception {
    assertThat(lines("\n\na")).containsExactly("", "", "a");
  }

  @Test
  void changesNoByte() throws Exception {
    String everyOtherByte = "\0\r\t\u0080\u00c3\u00ff\u00fe";

    assertThat(lines(everyOtherByte + "\nb")).containsExactly(everyOtherByte, "b");
  }

  @Test
  void joinsALineThatComesInPieces() throws Exception {
    String text = "x".repeat(200_000) + "\ny\n";
    InputStream oneByteAtATime =
        new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(7, length));
          }
        };

    assertThat(lines(oneByteAtATime)).containsExactly("x".repeat(200_000), "y");
  }

  @Test
  void knowsABlankLine() {
    assertThat(LineReader.isBlank(new byte[0])).isTrue();
    assertThat(LineReader.isBlank(" \t\r".getBytes(ISO_8859_1))).isTrue();
    assertThat(LineReader.isBlank(" x".getBytes(ISO_8859_1))).isFalse();
    assertThat(LineReader.isBlank(new byte[1])).isFalse();
  }

  private static List<String> lines(String text) throws IOException {
    return lines(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }

  private static List<String> lines(InputStream input) throws IOException {
    LineReader reader = new LineReader(input);
    List<String> lines = new ArrayList<>();
    for (byte[] line = reader.next(); line != null; line = reader.next()) {
      lines.add(new String(line, ISO_8859_1));
    }
    return lines;
  }
}
