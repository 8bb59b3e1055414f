package dev.millrace.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * What a command that serves logs, and how. Logging is set up with the first logger of a process,
 * so one of these methods must be called before there is any.
 */
final class LogOptions {
  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String CLASS_PATH = "classpath:dev/millrace/cli/serving";

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = {
        "text, or json for one object a line, in the Elastic Common Schema",
        "(default: ${DEFAULT-VALUE})."
      })
  private LogFormat format = LogFormat.TEXT;

  @Option(
      names = "--log-requests",
      description = "Log each HTTP request, and not those alone that fail.")
  private boolean requests;

  /** Has the log go to a file, as a directory of configurations has it. */
  void toFile(Path configurations, Path file) {
    System.setProperty("millrace.log", file.toString());
    use(format.configuration(configurations.toString()));
  }

  /**
   * Has the log go to the standard error. A configuration that Log4j has been given otherwise goes
   * before.
   */
  void toStandardError() {
    if (System.getProperty(CONFIGURATION) == null) {
      use(format.configuration(CLASS_PATH));
    } else {
      tellOfRequests();
    }
  }

  private void use(String configuration) {
    System.setProperty(CONFIGURATION, configuration);
    tellOfRequests();
  }

  private void tellOfRequests() {
    System.setProperty("millrace.log.access", requests ? "debug" : "info");
  }
}
