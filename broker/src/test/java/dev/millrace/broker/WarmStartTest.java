package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path directory;

  @Test
  void runsOneAfterTheOtherWithTheirOwnArguments() throws Exception {
    run(LONG, List.of(Writing.class.getName(), file(), "first"), second());

    assertThat(Files.readString(Path.of(file()))).isEqualTo("first second ");
  }

  @Test
  void runsTheSecondWhenTheFirstFails() throws Exception {
    run(LONG, List.of(Failing.class.getName()), second());

    assertThat(Files.readString(Path.of(file()))).isEqualTo("second ");
  }

  @Test
  void runsTheSecondWhenThereIsNoFirst() throws Exception {
    run(LONG, List.of("dev.millrace.NoSuchClass"), second());

    assertThat(Files.readString(Path.of(file()))).isEqualTo("second ");
  }

  @Test
  void doesNotWaitForAFirstThatHangs() throws Exception {
    run(SHORT, List.of(Hanging.class.getName()), second());

    assertThat(Files.readString(Path.of(file()))).isEqualTo("second ");
    // It was interrupted: that is the only way for it to end.
    Hanging.ENDED.await();
  }

  @Test
  void failsWhenTheSecondDoes() {
    assertThatThrownBy(() -> run(LONG, second(), List.of(Failing.class.getName())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Failing.class.getName())
        .hasRootCauseMessage("as it was told");
  }

  private List<String> second() {
    return List.of(Writing.class.getName(), file(), "second");
  }

  private String file() {
    return directory.resolve("file").toString();
  }

  /** What is in the jar is on this test's class path already. */
  private void run(Duration limit, List<String> first, List<String> second) throws Exception {
    WarmStart.main(
        WarmStart.arguments(directory.resolve("empty.jar"), limit, first, second)
            .toArray(String[]::new));
  }

  public static final class Writing {
    private Writing() {}

    public static void main(String[] arguments) throws Exception {
      Files.writeString(
          Path.of(arguments[0]),
          arguments[1] + " ",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  public static final class Failing {
    private Failing() {}

    public static void main(String[] arguments) {
      if (arguments.length == 0) {
        throw new IllegalArgumentException("as it was told");
      }
    }
  }

  public static final class Hanging {
    static final CountDownLatch ENDED = new CountDownLatch(1);

    private Hanging() {}

    public static void main(String[] arguments) throws Exception {
      try {
        new CountDownLatch(1).await();
      } finally {
        ENDED.countDown();
      }
    }
  }
}
