package dev.millrace.cli;

import dev.millrace.cli.flink.JobSummary;
import dev.millrace.cli.report.Grid;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists jobs. */
@Command(name = "jobs", description = "Lists the jobs of a cluster, the newest first.")
final class JobsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Override
  public Integer call() throws Exception {
    List<JobSummary> jobs = job.rest().jobs();
    Grid grid = new Grid("job", "name", "state", "tasks", "since");
    for (JobSummary each : jobs) {
      grid.row(
          each.id(),
          each.name(),
          each.state(),
          "%d of %d".formatted(each.runningTasks(), each.tasks()),
          each.startedAt().toString());
    }
    spec.commandLine().getOut().print(jobs.isEmpty() ? "no jobs%n".formatted() : grid);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
