package dev.millrace.cli.cluster;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The Kafka broker. Its start returns when it answers. */
final class BrokerMember implements Member {
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  private final BrokerConfiguration configuration;
  private volatile @Nullable LocalBroker broker;

  BrokerMember(BrokerConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public Path log() {
    return configuration.dataDirectory().resolve("broker.log");
  }

  @Override
  public void start() throws IOException {
    try {
      broker = LocalBroker.start(configuration);
    } catch (BrokerUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    LocalBroker current = broker;
    return current == null
        ? Optional.empty()
        : ProcessHandle.of(current.pid()).filter(ProcessHandle::isAlive).map(ProcessIdentity::of);
  }

  @Override
  public boolean isAlive() {
    LocalBroker current = broker;
    return current != null && current.isAlive();
  }

  @Override
  public String ending() {
    LocalBroker current = broker;
    if (current == null) {
      return "was never started";
    }
    OptionalInt status = current.exitStatus();
    return status.isPresent() ? Endings.of(status.getAsInt()) : "lives";
  }

  @Override
  public boolean isReady() {
    if (!isAlive()) {
      return false;
    }
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), configuration.port()),
          CONNECT_TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void stop() {
    LocalBroker current = broker;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public void kill() throws InterruptedException {
    LocalBroker current = broker;
    if (current != null) {
      current.kill();
    }
  }
}
