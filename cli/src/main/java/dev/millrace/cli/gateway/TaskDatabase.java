package dev.millrace.cli.gateway;

import dev.millrace.cli.CommandException;
import dev.millrace.gateway.database.DatabaseSettings;
import dev.millrace.gateway.database.DatabaseUnavailableException;
import dev.millrace.gateway.database.LocalDatabase;
import dev.millrace.gateway.database.LocalDatabaseConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the gateways of the commands keep the history of tasks: in a PostgreSQL, always. */
public final class TaskDatabase implements AutoCloseable {
  private final DatabaseSettings settings;
  private final @Nullable LocalDatabase local;

  private TaskDatabase(DatabaseSettings settings, @Nullable LocalDatabase local) {
    this.settings = settings;
    this.local = local;
  }

  /** One that runs elsewhere. */
  public static TaskDatabase at(DatabaseSettings settings) {
    return new TaskDatabase(settings, null);
  }

  /**
   * One that ends with this process.
   *
   * @param directory of its data
   * @param binaries where its server is unpacked, unless it is there already
   * @throws CommandException when it does not start, such as when another process uses it
   */
  public static TaskDatabase local(Path directory, Path binaries) throws CommandException {
    try {
      LocalDatabase database =
          LocalDatabase.start(
              LocalDatabaseConfiguration.defaults(directory).withBinaries(binaries));
      return new TaskDatabase(database.settings(), database);
    } catch (DatabaseUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What a client needs to connect. */
  public DatabaseSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    if (local != null) {
      local.close();
    }
  }
}
