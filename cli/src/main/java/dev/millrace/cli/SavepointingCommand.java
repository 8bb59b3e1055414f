package dev.millrace.cli;

import dev.millrace.cli.cluster.Jobs;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that takes a savepoint of a job, and prints where it is. */
abstract class SavepointingCommand implements Callable<Integer> {
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
  public final Integer call() throws Exception {
    String directory = to == null ? job.savepoints() : to;
    String path = take(job.jobs(), job.find(id).id(), directory, job.timeout());
    spec.commandLine().getOut().println(path);
    return ExitCode.OK;
  }

  /** Takes it, and returns its path. */
  abstract String take(Jobs jobs, String job, String directory, Duration timeout)
      throws CommandException, IOException, InterruptedException;
}
