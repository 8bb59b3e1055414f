package dev.millrace.cli;

import dev.millrace.cli.flink.JobSummary;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes the parallelism of a job. */
@Command(
    name = "rescale",
    description = {
      "Changes the parallelism of a running job, without a savepoint: its requests move with their",
      "lanes. Returns when all tasks run."
    })
final class RescaleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Parameters(index = "0", paramLabel = "N", description = "The parallelism.")
  private int parallelism;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JOB",
      description = "The id of the job, or its beginning (default: the only one that runs).")
  private @Nullable String id;

  @Override
  public Integer call() throws Exception {
    if (parallelism < 1) {
      throw new ParameterException(
          spec.commandLine(), "a parallelism of %d: it must be at least 1".formatted(parallelism));
    }
    JobSummary found = job.find(id);
    long begin = System.nanoTime();
    job.jobs().rescale(found.id(), parallelism, job.timeout());
    job.progress().endLine();
    spec.commandLine()
        .getOut()
        .println(
            "job %s runs with parallelism %d after %.1f s"
                .formatted(found.id(), parallelism, (System.nanoTime() - begin) / 1e9));
    return ExitCode.OK;
  }
}
