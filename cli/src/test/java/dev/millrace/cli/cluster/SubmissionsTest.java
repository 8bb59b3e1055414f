package dev.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionsTest {
  @TempDir Path root;

  private Submissions submissions;

  @BeforeEach
  void open() {
    submissions = new Submissions(new ClusterDirectory(root.resolve("cluster")));
  }

  @Test
  void remembersHowAJobWasStarted() throws Exception {
    Submissions.Submitted submitted = new Submissions.Submitted("the.jar", List.of("--a", "1"), 2);
    submissions.remember("job", submitted);

    assertThat(submissions.of("job")).contains(submitted);
    assertThat(submissions.of("another")).isEmpty();
  }

  @Test
  void keepsAJarThatIsOverwrittenLater() throws Exception {
    Path jar = root.resolve("job.jar");
    Files.writeString(jar, "one");
    Path kept = submissions.keep(jar);
    Files.writeString(jar, "two");
    Path other = submissions.keep(jar);

    assertThat(kept).hasContent("one");
    assertThat(other).hasContent("two");
    Files.writeString(jar, "one");
    assertThat(submissions.keep(jar)).as("the same jar once").isEqualTo(kept);
  }
}
