package dev.millrace.cli;

import dev.millrace.cli.cluster.Jobs;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Stops a job with a savepoint. */
@Command(
    name = "stop",
    description = {
      "Stops a job with a savepoint: it reads no more, and what it has answered is committed. Prints",
      "the path of the savepoint, from which submit --from goes on."
    })
final class StopCommand extends SavepointingCommand {
  @Override
  String take(Jobs jobs, String job, String directory, Duration timeout)
      throws CommandException, IOException, InterruptedException {
    return jobs.stop(job, directory, timeout);
  }
}
