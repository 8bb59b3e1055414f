package dev.millrace.gateway.http;

import org.slf4j.MDC;

/** Has what this thread logs say which call it is about, until it is closed. */
final class LogContext implements AutoCloseable {
  private static final String REQUEST_ID = "request_id";
  private static final String TRACE_ID = "trace_id";
  private static final String TENANT = "tenant";

  private LogContext() {}

  static LogContext of(Call call) {
    MDC.put(REQUEST_ID, call.id());
    MDC.put(TRACE_ID, call.trace().traceId());
    String tenant = call.tenant();
    if (tenant != null) {
      MDC.put(TENANT, tenant);
    }
    return new LogContext();
  }

  @Override
  public void close() {
    MDC.remove(REQUEST_ID);
    MDC.remove(TRACE_ID);
    MDC.remove(TENANT);
  }
}
