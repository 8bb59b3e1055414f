package dev.millrace.cli;

import dev.millrace.cli.cluster.ClusterState;
import dev.millrace.cli.cluster.Installation;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the job on a cluster. */
@Command(
    name = "submit",
    description = {
      "Starts the job on a cluster, and returns when all of its tasks run. Prints its id."
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private JobOptions job = new JobOptions();

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "The job jar (default: the one that comes with this Millrace).")
  private @Nullable Path jar;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "1",
      description = "Its parallelism; rescale changes it later (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "A savepoint or retained checkpoint to go on from.")
  private @Nullable String savepoint;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The model repository (default: the one that comes with this Millrace).")
  private @Nullable Path models;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as millrace.batch.max-size=16. May be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    Path file = jar == null ? Installation.of(Home.path()).jobJar() : jar;
    if (!file.toFile().isFile()) {
      throw new CommandException("there is no file " + file);
    }
    String submitted =
        job.jobs()
            .submit(file, arguments(), parallelism, Optional.ofNullable(savepoint), job.timeout());
    job.progress().endLine();
    spec.commandLine().getOut().println(submitted);
    return ExitCode.OK;
  }

  private List<String> arguments() throws CommandException, IOException {
    Map<String, String> all = new LinkedHashMap<>();
    if (job.isLocal()) {
      ClusterState cluster = job.cluster();
      all.put(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS.key(), cluster.bootstrapServers());
      Path repository = models == null ? Installation.of(Home.path()).models() : models;
      all.put(MillraceOptions.MODELS_REPOSITORY.key(), repository.toAbsolutePath().toString());
    } else if (models != null) {
      all.put(MillraceOptions.MODELS_REPOSITORY.key(), models.toString());
    }
    all.putAll(options);
    List<String> arguments = new ArrayList<>();
    all.forEach(
        (key, value) -> {
          arguments.add("--" + key);
          arguments.add(value);
        });
    return arguments;
  }
}
