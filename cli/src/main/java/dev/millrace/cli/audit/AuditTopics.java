package dev.millrace.cli.audit;

/** The topics that an audit compares. */
public record AuditTopics(String requests, String results, String deadLetters) {
  /** Where answers may go instead of the results, ready for who tries that out. */
  public static final String REPLIES = "millrace.replies";

  /** Those of a job that names no others. */
  public static final AuditTopics DEFAULT =
      new AuditTopics("millrace.requests", "millrace.results", "millrace.dead-letters");
}
