package dev.millrace.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cancels a job. */
@Command(
    name = "cancel",
    description = {
      "Cancels a job without a savepoint. What it had read and not answered is answered by a job that",
      "goes on from its last checkpoint, which stays."
    })
final class CancelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JOB",
      description = "The id of the job, or its beginning (default: the only one that runs).")
  private @Nullable String id;

  @Override
  public Integer call() throws Exception {
    String found = job.find(id).id();
    job.jobs().cancel(found, job.timeout());
    spec.commandLine().getOut().println("job %s is cancelled".formatted(found));
    return ExitCode.OK;
  }
}
