package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.BenchmarkException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrkTest {
  @TempDir private Path directory;

  @Test
  void findsTheFirstProgramOnThePath() throws Exception {
    Path program =
        Files.createFile(
            Files.createDirectory(directory.resolve("bin")).resolve("wrk"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

    assertThat(Wrk.find(directory + File.pathSeparator + program.getParent())).isEqualTo(program);
  }

  @Test
  void saysHowToInstallWhatIsMissing() {
    assertThatThrownBy(() -> Wrk.find(directory.toString()))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("apt-get install");
  }

  @Test
  void everyByteOfABodyIsInTheScript() {
    byte[] all = new byte[256];
    for (int value = 0; value < all.length; value++) {
      all[value] = (byte) value;
    }

    String script = WrkScript.of(List.of(new HttpBody(all, 12)));
    String literal = script.substring(script.indexOf("{\"") + 2, script.indexOf("\", 12},"));

    assertThat(unescape(literal)).isEqualTo(all);
    assertThat(literal).matches("[ -~&&[^\"]]*");
  }

  /** As Lua reads a string. */
  private static byte[] unescape(String literal) {
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < literal.length(); index++) {
      if (literal.charAt(index) == '\\') {
        text.append((char) Integer.parseInt(literal.substring(index + 1, index + 4)));
        index += 3;
      } else {
        text.append(literal.charAt(index));
      }
    }
    return text.toString().getBytes(ISO_8859_1);
  }
}
