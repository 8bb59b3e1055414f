package dev.millrace.cli;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.ModelCheck;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Models on disk. */
@Command(
    name = "models",
    description = "Looks at models before they are deployed.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ModelsCommand.Check.class)
final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "check?");
  }

  /** Tries models out. */
  @Command(
      name = "check",
      description = {
        "Reads what a model declares, loads it, and tries it out as the engine would use it: one that",
        "continues texts is held against the contract of docs/text-models.md, clause by clause."
      })
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
        paramLabel = "DIR",
        description = "A version of a model, a model with its versions, or a repository of models.")
    private Path directory = Path.of("");

    @Option(
        names = "--device",
        defaultValue = "auto",
        description = "auto, cpu, gpu or gpu:N (default: ${DEFAULT-VALUE}).")
    private String device = "auto";

    @Override
    public Integer call() throws CommandException {
      if (!Files.isDirectory(directory)) {
        throw new CommandException("%s: no such directory".formatted(directory));
      }
      PrintWriter out = spec.commandLine().getOut();
      boolean holds = true;
      try {
        EngineSettings settings = new EngineSettings(device, 1);
        for (ModelSpec model : ModelRepository.find(directory)) {
          out.println("model %s in %s".formatted(model.version(), model.directory()));
          holds &= print(ModelCheck.of(model, settings), out);
        }
      } catch (InvalidModelException e) {
        out.println("  LACKS  " + e.getMessage());
        holds = false;
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--device: " + e.getMessage(), e);
      }
      out.flush();
      return holds ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private static boolean print(List<ModelCheck.Finding> findings, PrintWriter out) {
      boolean holds = true;
      for (ModelCheck.Finding finding : findings) {
        if (finding.problem().isEmpty()) {
          out.println("  ok     " + finding.promise());
        } else {
          out.println("  LACKS  %s: %s".formatted(finding.promise(), finding.problem().get()));
          holds = false;
        }
        out.flush();
      }
      return holds;
    }
  }
}
