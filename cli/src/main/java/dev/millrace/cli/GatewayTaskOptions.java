package dev.millrace.cli;

import dev.millrace.cli.gateway.TaskDatabase;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.database.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the history of tasks is. */
final class GatewayTaskOptions {
  @Option(
      names = "--tasks",
      paramLabel = "TOPIC",
      defaultValue = "millrace.tasks",
      description = "The topic of tasks that the job writes (default: ${DEFAULT-VALUE}).")
  private String topic = "";

  @Option(
      names = "--task-retention",
      paramLabel = "DURATION",
      defaultValue = "30d",
      converter = DurationConverter.class,
      description = "How long tasks are kept once they have ended (default: ${DEFAULT-VALUE}).")
  private Duration retention = Duration.ZERO;

  @Option(
      names = "--database-url",
      paramLabel = "JDBC-URL",
      description = {
        "The PostgreSQL for tasks, such as jdbc:postgresql://host:5432/name; gateways that share it",
        "share the tasks (default: one that is started here, with its data in --data-dir)."
      })
  private @Nullable String url;

  @Option(
      names = "--database-user",
      defaultValue = "millrace",
      description = "Who connects (default: ${DEFAULT-VALUE}).")
  private String user = "";

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "Where the password is (default: none, or what the URL says).")
  private @Nullable Path passwordFile;

  @Option(
      names = "--database-schema",
      defaultValue = DatabaseSettings.DEFAULT_SCHEMA,
      description = "Where the tables are, or will be made (default: ${DEFAULT-VALUE}).")
  private String schema = "";

  /**
   * The database, running.
   *
   * @param dataDirectory where a local one is
   * @throws IllegalArgumentException when the options cannot be
   */
  TaskDatabase open(Path dataDirectory) throws CommandException {
    if (url == null) {
      return TaskDatabase.local(
          dataDirectory.resolve("database"), dataDirectory.resolve("postgresql"));
    }
    return TaskDatabase.at(DatabaseSettings.of(url, user, password()).withSchema(schema));
  }

  private String password() throws CommandException {
    if (passwordFile == null) {
      return "";
    }
    try {
      return Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw new CommandException("the password cannot be read: " + e, e);
    }
  }

  GatewaySettings.Tasks settings(TaskDatabase database) {
    return new GatewaySettings.Tasks(database.settings(), topic, retention);
  }

  /** The topic of tasks. */
  String topic() {
    return topic;
  }
}
