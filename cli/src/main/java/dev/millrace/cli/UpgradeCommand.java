package dev.millrace.cli;

import dev.millrace.cli.cluster.Upgrade;
import dev.millrace.cli.flink.JobSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replaces the jar of a job. */
@Command(
    name = "upgrade",
    description = {
      "Replaces the jar of a running job: stops it with a savepoint, starts the new jar from there, and",
      "verifies that it answers. When it does not within --timeout, the old jar goes on from the same",
      "savepoint, and the status is 1."
    })
final class UpgradeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Option(names = "--jar", paramLabel = "FILE", required = true, description = "The new job jar.")
  private Path jar = Path.of("");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JOB",
      description = "The id of the job, or its beginning (default: the only one that runs).")
  private @Nullable String id;

  @Override
  public Integer call() throws Exception {
    if (!jar.toFile().isFile()) {
      throw new CommandException("there is no file " + jar);
    }
    JobSummary old = job.find(id);
    String savepoints = job.savepoints();
    Upgrade upgrade =
        new Upgrade(
            job.rest(),
            job.submissions(),
            Map.of("bootstrap.servers", job.cluster().bootstrapServers()),
            job.progress());
    Upgrade.Outcome outcome = upgrade.run(old, jar, savepoints, job.timeout());
    job.progress().endLine();
    PrintWriter out = spec.commandLine().getOut();
    if (outcome.isUpgraded()) {
      out.println("job %s runs the new jar".formatted(outcome.job()));
      return ExitCode.OK;
    }
    out.println(
        "job %s runs the OLD jar again, since the new one did not answer: %s"
            .formatted(outcome.job(), outcome.problem()));
    return ExitCode.CHECK_FAILED;
  }
}
