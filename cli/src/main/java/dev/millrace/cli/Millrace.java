package dev.millrace.cli;

import dev.millrace.bench.BenchCommand;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.cli.report.TerminalProgress;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line. */
@Command(
    name = "millrace",
    description = "Durable inference on streams.",
    versionProvider = Millrace.Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ClusterCommand.class,
      SubmitCommand.class,
      JobsCommand.class,
      LoadCommand.class,
      ChaosCommand.class,
      RescaleCommand.class,
      SavepointCommand.class,
      UpgradeCommand.class,
      StopCommand.class,
      CancelCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      AuditCommand.class,
      ModelsCommand.class,
      GatewayCommand.class,
      TokenCommand.class
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it did what was asked",
      "1:what it checked does not hold",
      "2:it was called wrongly",
      "3:something it needs is not there: a broker, a port, a file, a model"
    })
public final class Millrace {
  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean stacktrace;

  /** The entry point that the launcher script calls. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    Millrace root = new Millrace();
    CommandLine commandLine = new CommandLine(root);
    commandLine.addSubcommand(new BenchCommand(new TerminalProgress(System.err)));
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (exception, failed, parsed) -> {
          failed.getErr().println("millrace: " + oneLine(exception));
          if (root.stacktrace) {
            exception.printStackTrace(failed.getErr());
          }
          return ExitCode.UNAVAILABLE;
        });
    return commandLine;
  }

  private static String oneLine(Exception exception) {
    if (exception instanceof CommandException
        || exception instanceof BenchmarkException
        || exception instanceof FlinkRestException) {
      return String.valueOf(exception.getMessage());
    }
    return exception + " (--stacktrace shows where)";
  }

  /** The version of the jars, of which all have the same. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"millrace " + dev.millrace.gateway.Version.current()};
    }
  }
}
