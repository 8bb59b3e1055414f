package dev.millrace.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.millrace.broker.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What others need to know of a cluster; the supervisor writes it anew whenever it changes.
 *
 * @param ready whether all members have once been ready
 * @param failure why the cluster could not be started, if it could not
 * @param rest the REST addresses of the JobManagers
 * @param gateways the addresses of the gateways
 * @param bootstrapServers of the broker
 * @param savepoints where savepoints go
 */
public record ClusterState(
    ProcessIdentity supervisor,
    boolean ready,
    @Nullable String failure,
    List<String> rest,
    List<String> gateways,
    String bootstrapServers,
    String savepoints,
    List<MemberState> members) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public ClusterState {
    rest = List.copyOf(rest);
    gateways = List.copyOf(gateways);
    members = List.copyOf(members);
  }

  /** What a member does. */
  public enum Phase {
    STARTING,
    RUNNING,
    /** It has ended, and will be started again. */
    WAITING,
    STOPPED
  }

  /**
   * A member.
   *
   * @param process while it has one
   * @param restarts how often it has been started again
   */
  public record MemberState(
      String name, Phase phase, @Nullable ProcessIdentity process, int restarts, String log) {}

  /** Reads that of a cluster, if there has ever been one. */
  static Optional<ClusterState> read(ClusterDirectory directory) throws IOException {
    if (!Files.exists(directory.state())) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(directory.state().toFile(), ClusterState.class));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is no state of a cluster: %s".formatted(directory.state(), e.getOriginalMessage()),
          e);
    }
  }

  /** Writes it in one step: who reads meanwhile sees the former one or this. */
  void write(ClusterDirectory directory) throws IOException {
    Path next = directory.state().resolveSibling("cluster.json.next");
    JSON.writeValue(next.toFile(), this);
    Files.move(
        next,
        directory.state(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
