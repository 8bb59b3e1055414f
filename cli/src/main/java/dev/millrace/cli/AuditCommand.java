package dev.millrace.cli;

import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.audit.TopicAudit;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.cli.report.VerdictReport;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks conservation. */
@Command(
    name = "audit",
    description =
        "Checks that every record of the request topic has exactly one result, dead letter or reply.")
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--requests",
      paramLabel = "TOPIC",
      defaultValue = "millrace.requests",
      description = "The request topic (default: ${DEFAULT-VALUE}).")
  private String requests = "";

  @Option(
      names = "--results",
      paramLabel = "TOPIC",
      defaultValue = "millrace.results",
      description = "The result topic (default: ${DEFAULT-VALUE}).")
  private String results = "";

  @Option(
      names = "--dead-letters",
      paramLabel = "TOPIC",
      defaultValue = "millrace.dead-letters",
      description = "The dead-letter topic (default: ${DEFAULT-VALUE}).")
  private String deadLetters = "";

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    kafka.requireTopics(requests, results, deadLetters);
    AuditTopics topics = new AuditTopics(requests, results, deadLetters);
    try (TopicAudit audit = new TopicAudit(topics, kafka.clientProperties(Map.of()))) {
      Verdict verdict = audit.run();
      String report = json ? VerdictReport.json(verdict) : VerdictReport.table(verdict);
      spec.commandLine().getOut().println(report);
      return verdict.holds() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }
  }
}
