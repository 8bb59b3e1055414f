package dev.millrace.cli.audit;

/** The topics that an audit compares. */
public record AuditTopics(String requests, String results, String deadLetters) {
  /** Those of a job that names no others. */
  public static final AuditTopics DEFAULT =
      new AuditTopics("millrace.requests", "millrace.results", "millrace.dead-letters");
}
