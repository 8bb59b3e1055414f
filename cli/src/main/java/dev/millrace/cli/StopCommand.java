package dev.millrace.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stops a job with a savepoint. */
@Command(
    name = "stop",
    description = {
      "Stops a job with a savepoint: it reads no more, and what it has answered is committed. Prints",
      "the path of the savepoint, from which submit --from goes on."
    })
final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JOB",
      description = "The id of the job, or its beginning (default: the only one that runs).")
  private @Nullable String id;

  @Option(
      names = "--to",
      paramLabel = "PATH",
      description = "The directory to write the savepoint to (default: that of the cluster).")
  private @Nullable String to;

  @Override
  public Integer call() throws Exception {
    String directory = to == null ? job.savepoints() : to;
    String path = job.jobs().stop(job.find(id).id(), directory, job.timeout());
    spec.commandLine().getOut().println(path);
    return ExitCode.OK;
  }
}
