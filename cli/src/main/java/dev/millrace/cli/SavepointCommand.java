package dev.millrace.cli;

import dev.millrace.cli.cluster.Jobs;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;

/** Takes a savepoint. */
@Command(
    name = "savepoint",
    description = "Takes a savepoint of a running job, which goes on. Prints its path.")
final class SavepointCommand extends SavepointingCommand {
  @Override
  String take(Jobs jobs, String job, String directory, Duration timeout)
      throws IOException, InterruptedException {
    return jobs.savepoint(job, directory, timeout);
  }
}
