package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Names that clients, dashboards and alerts know: to change one breaks them. */
class WireNameTest {
  @Test
  void statusesKeepTheirNames() {
    assertThat(Arrays.stream(ResultStatus.values()).map(ResultStatus::wireName))
        .containsExactly("ok", "rejected", "expired", "failed", "cancelled");
    for (ResultStatus status : ResultStatus.values()) {
      assertThat(ResultStatus.fromWireName(status.wireName())).contains(status);
    }
    assertThat(ResultStatus.fromWireName("OK")).isEmpty();
  }

  @Test
  void errorCodesKeepTheirNames() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName))
        .contains(
            "invalid_request",
            "invalid_tensor",
            "model_not_found",
            "version_not_found",
            "unsupported_request",
            "payload_too_large",
            "reply_topic_not_allowed",
            "result_too_large",
            "engine_failure");
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.fromWireName(code.wireName())).contains(code);
    }
    assertThat(ErrorCode.fromWireName("")).isEmpty();
  }

  @Test
  void headerProblemsKeepTheirNames() {
    assertThat(Arrays.stream(HeaderProblem.values()).map(HeaderProblem::wireName))
        .containsExactly(
            "content_type",
            "id",
            "priority",
            "timeout",
            "deadline",
            "timestamp",
            "tenant",
            "trace",
            "reply_topic",
            "reply_partition",
            "task");
  }

  @Test
  void statusesOfTasksKeepTheirNames() {
    assertThat(Arrays.stream(TaskStatus.values()).map(TaskStatus::wireName))
        .containsExactly("queued", "running", "succeeded", "failed", "expired", "cancelled");
    for (TaskStatus status : TaskStatus.values()) {
      assertThat(TaskStatus.fromWireName(status.wireName())).contains(status);
    }
    assertThat(TaskStatus.fromWireName("ok")).isEmpty();
  }
}
