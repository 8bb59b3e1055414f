package dev.millrace.cli.cluster;

import dev.millrace.broker.EndsWithParent;
import dev.millrace.cli.LogFormat;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.gateway.database.DatabaseSettings;
import dev.millrace.gateway.database.LocalDatabaseConfiguration;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The gateways of a cluster and the database that they share, and what each of them is told. */
final class GatewayMembers {
  private static final String HEAP = "-Xmx512m";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Installation installation;
  private final ClusterDirectory directory;
  private final ClusterPorts ports;
  private final Configuration job;
  private final int replyPartitions;
  private final LogFormat logFormat;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final DatabaseMember database;

  /**
   * @param job its options, of which the gateways have to know some
   * @param settings of the cluster
   */
  GatewayMembers(
      Installation installation,
      ClusterDirectory directory,
      ClusterPorts ports,
      Configuration job,
      ClusterSettings settings) {
    this.installation = installation;
    this.directory = directory;
    this.ports = ports;
    this.job = job;
    this.replyPartitions = settings.partitions();
    this.logFormat = settings.logFormat();
    this.database =
        new DatabaseMember(
            LocalDatabaseConfiguration.defaults(directory.database())
                .withPort(ports.database())
                .withoutRestarts());
  }

  Member database() {
    return database;
  }

  List<URI> addresses() {
    return ports.gateways().stream().map(GatewayMembers::address).toList();
  }

  /**
   * A gateway, to be made when the database has once been ready.
   *
   * @param number from 1
   */
  Member gateway(int number) {
    String name = "gateway-" + number;
    URI look = address(ports.gateways().get(number - 1)).resolve("/livez");
    return new JvmMember(
        name, command(name, number), Map.of(), directory.log(name), () -> answers(look));
  }

  private List<String> command(String name, int number) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(HEAP);
    command.add("-D%s=%s".formatted(FlinkProcesses.LOG_FILE, directory.log(name)));
    command.add(
        "-Dlog4j2.configurationFile="
            + logFormat.configuration(installation.configuration().toString()));
    command.add("-Dmillrace.home=" + System.getProperty("millrace.home", "."));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EndsWithParent.class.getName());
    command.addAll(List.of("dev.millrace.cli.Millrace", "gateway"));
    options(number).forEach((option, value) -> command.addAll(List.of(option, value)));
    return command;
  }

  private Map<String, String> options(int number) {
    DatabaseSettings settings = database.settings();
    return Map.ofEntries(
        Map.entry("--bootstrap-server", FlinkMembers.LOOPBACK + ":" + ports.broker()),
        Map.entry("--http-port", Integer.toString(ports.gateways().get(number - 1))),
        Map.entry("--http-metrics-port", Integer.toString(ports.gatewayMetrics().get(number - 1))),
        Map.entry("--models", installation.models().toString()),
        Map.entry("--data-dir", directory.root().toString()),
        Map.entry("--requests", job.get(MillraceOptions.REQUESTS_TOPIC)),
        Map.entry("--replies", AuditTopics.REPLIES),
        Map.entry("--reply-partition", Integer.toString((number - 1) % replyPartitions)),
        Map.entry("--tasks", job.get(MillraceOptions.TASKS_TOPIC)),
        Map.entry("--group-id", job.get(MillraceOptions.KAFKA_GROUP_ID)),
        Map.entry("--database-url", settings.url()),
        Map.entry("--database-user", settings.user()),
        Map.entry("--database-password-file", database.passwordFile().toString()));
  }

  private boolean answers(URI address) throws InterruptedException {
    try {
      return http.send(
                  HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static URI address(int port) {
    return URI.create("http://%s:%d".formatted(FlinkMembers.LOOPBACK, port));
  }
}
