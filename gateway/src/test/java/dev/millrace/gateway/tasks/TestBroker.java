package dev.millrace.gateway.tasks;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A broker for tests, each with a topic of its own. */
final class TestBroker implements AutoCloseable {
  private final Path directory;
  private final LocalBroker broker;

  private TestBroker(Path directory, LocalBroker broker) {
    this.directory = directory;
    this.broker = broker;
  }

  static TestBroker start() {
    Path directory = TestDirectory.create();
    try {
      return new TestBroker(
          directory, LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("data"))));
    } catch (BrokerUnavailableException e) {
      throw new IllegalStateException("no broker", e);
    }
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void close() throws IOException {
    broker.close();
    TestDirectory.delete(directory);
  }
}
