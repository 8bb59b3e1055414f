package dev.millrace.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlinkHttpTest {
  @Test
  void tellsTheInnermostCause() {
    assertThat(
            FlinkHttp.lastCause(
                """
                java.util.concurrent.CompletionException: something
                \tat a.B.c(B.java:1)
                Caused by: java.io.IOException: no space left
                \t... 3 more
                End of exception on server side
                """))
        .isEqualTo("java.io.IOException: no space left");
  }

  @Test
  void tellsWhatWasSaidToUsersRatherThanWhatItCameFrom() {
    assertThat(
            FlinkHttp.lastCause(
                """
                org.apache.flink.client.program.ProgramInvocationException: The main method caused an error
                Caused by: org.apache.flink.configuration.IllegalConfigurationException: execution.checkpointing.dir: nothing can be written below file:/f
                \tat a.B.c(B.java:1)
                Caused by: java.nio.file.FileAlreadyExistsException: /f
                """))
        .isEqualTo("execution.checkpointing.dir: nothing can be written below file:/f");
    assertThat(
            FlinkHttp.lastCause(
                "Caused by: dev.millrace.engines.repository.InvalidModelException: no model"))
        .isEqualTo("no model");
  }

  @Test
  void saysSoWhereThereIsNoReason() {
    assertThat(FlinkHttp.lastCause("\n")).isEqualTo("no reason given");
  }
}
