package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + ID + "-b7ad6b7169203331-01";

  @Test
  void theCallersTraceGoesOnInASpanOfOurOwn() {
    Trace trace = Trace.of(PARENT, "vendor=1");
    assertThat(trace.traceId()).isEqualTo(ID);
    assertThat(trace.parent()).matches("00-" + ID + "-[0-9a-f]{16}-01").isNotEqualTo(PARENT);
    assertThat(trace.state()).isEqualTo("vendor=1");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "01-" + ID + "-b7ad6b7169203331-01",
        "00-" + ID + "-0000000000000000-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        PARENT + "-x"
      })
  void whatIsNoTraceBeginsOne(String parent) {
    Trace trace = Trace.of(parent, "vendor=1");
    assertThat(trace.parent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    assertThat(trace.traceId()).isNotEqualTo(ID);
    assertThat(trace.state()).isNull();
  }
}
