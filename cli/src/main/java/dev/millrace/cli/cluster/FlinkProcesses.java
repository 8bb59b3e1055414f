package dev.millrace.cli.cluster;

import dev.millrace.broker.EndsWithParent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/**
 * The commands that start Flink's processes: what Flink's own scripts come to. The memory of each
 * is divided by Flink itself.
 */
final class FlinkProcesses {
  private static final String D = "-D";

  /** Takes seconds, of which the first task of a process would have none to spare. */
  private static final String LOAD_LIBTORCH = "ai.djl.engine.Engine#getInstance";

  private final Installation installation;
  private final Path logging;

  FlinkProcesses(Installation installation) {
    this.installation = installation;
    this.logging = installation.configuration().resolve("log4j2.properties");
  }

  /** The {@code config.yaml} of the installation, and over it these options. */
  Configuration configuration(Map<String, String> options) {
    Configuration configuration =
        GlobalConfiguration.loadConfiguration(installation.configuration().toString());
    configuration.addAll(Configuration.fromMap(options));
    return configuration;
  }

  List<String> jobManager(Map<String, String> options, Path log) {
    Configuration configuration = configuration(options);
    JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(configuration);
    List<String> command =
        jvm(
            JobManagerProcessUtils.generateJvmParametersStr(memory, configuration),
            configuration.get(CoreOptions.FLINK_JM_JVM_OPTIONS),
            configuration,
            log,
            StandaloneSessionClusterEntrypoint.class);
    command.addAll(List.of("--configDir", installation.configuration().toString()));
    command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
    command.addAll(dynamic(options));
    return command;
  }

  List<String> taskManager(Map<String, String> options, Path log) {
    Configuration configuration = configuration(options);
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    List<String> command =
        jvm(
            ProcessMemoryUtils.generateJvmParametersStr(memory),
            configuration.get(CoreOptions.FLINK_TM_JVM_OPTIONS)
                + " -D%s=%s".formatted(EndsWithParent.PRELOAD_PROPERTY, LOAD_LIBTORCH),
            configuration,
            log,
            TaskManagerRunner.class);
    command.addAll(List.of("--configDir", installation.configuration().toString()));
    command.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    command.addAll(dynamic(options));
    return command;
  }

  /** ZooKeeper, as Flink packs it. */
  List<String> zookeeper(Path configurationFile, Path log) {
    List<String> command =
        jvm("-Xmx128m", "", new Configuration(), log, FlinkZooKeeperQuorumPeer.class);
    command.addAll(List.of("--zkConfigFile", configurationFile.toString(), "--peerId", "1"));
    return command;
  }

  private List<String> jvm(
      String memory, String own, Configuration configuration, Path log, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(words(memory));
    command.addAll(words(configuration.get(CoreOptions.FLINK_DEFAULT_JVM_OPTIONS)));
    command.addAll(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
    command.addAll(words(own));
    command.add("-Dlog.file=" + log);
    command.add("-Dlog4j.configurationFile=" + logging);
    command.add("-Dlog4j2.configurationFile=" + logging);
    command.addAll(List.of("-cp", installation.library().resolve("*").toString()));
    command.add(EndsWithParent.class.getName());
    command.add(main.getName());
    return command;
  }

  private static List<String> dynamic(Map<String, String> options) {
    List<String> arguments = new ArrayList<>();
    new TreeMap<>(options)
        .forEach(
            (key, value) -> {
              arguments.add(D);
              arguments.add(key + "=" + value);
            });
    return arguments;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }
}
