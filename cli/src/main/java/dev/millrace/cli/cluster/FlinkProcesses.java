package dev.millrace.cli.cluster;

import dev.millrace.broker.EndsWithParent;
import dev.millrace.broker.WarmStart;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.LogFormat;
import dev.millrace.jobs.warmup.WarmUpJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
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

  /** It takes less than half of this on two cores beside other members that start. */
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(1);

  private static final String PARENT_FIRST =
      CoreOptions.ALWAYS_PARENT_FIRST_LOADER_PATTERNS_ADDITIONAL.key();

  /** Takes seconds, of which the first task of a process would have none to spare. */
  private static final String LOAD_LIBTORCH = "ai.djl.engine.Engine#getInstance";

  /**
   * Where {@code log4j2.properties} finds the file. Not {@code log.file}: where that is set, Flink
   * moves RocksDB's log beside it and RocksDB names it after the whole path of the database, which
   * with a working directory of 76 characters and more is longer than a file name may be. Flink
   * looks at the length of the path, but not of those databases that it opens for a moment while it
   * restores what others have written.
   */
  static final String LOG_FILE = "millrace.log.file";

  private final Installation installation;
  private final String logging;

  FlinkProcesses(Installation installation, LogFormat logFormat) {
    this.installation = installation;
    this.logging = logFormat.configuration(installation.configuration().toString());
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
            log);
    command.add(StandaloneSessionClusterEntrypoint.class.getName());
    command.addAll(List.of("--configDir", installation.configuration().toString()));
    command.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
    command.addAll(dynamic(options));
    command.addAll(List.of(D, WebOptions.LOG_PATH.key() + "=" + log));
    return command;
  }

  /**
   * @param name of the process
   * @param warmUp options of the job with which it is warmed up; empty when it is not
   */
  List<String> taskManager(
      String name, Map<String, String> options, Map<String, String> warmUp, Path log)
      throws CommandException {
    Configuration configuration = configuration(options);
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    List<String> command =
        jvm(
            ProcessMemoryUtils.generateJvmParametersStr(memory),
            configuration.get(CoreOptions.FLINK_TM_JVM_OPTIONS)
                + " -D%s=%s".formatted(EndsWithParent.PRELOAD_PROPERTY, LOAD_LIBTORCH),
            configuration,
            log);
    List<String> main = new ArrayList<>();
    main.add(TaskManagerRunner.class.getName());
    main.addAll(List.of("--configDir", installation.configuration().toString()));
    main.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    main.addAll(dynamic(options));
    main.addAll(List.of(D, TaskManagerOptions.TASK_MANAGER_LOG_PATH.key() + "=" + log));
    if (warmUp.isEmpty()) {
      command.addAll(main);
    } else {
      command.add(WarmStart.class.getName());
      command.addAll(
          WarmStart.arguments(
              installation.jobJar(), WARM_UP_LIMIT, warmUp(name, warmUp, configuration), main));
    }
    return command;
  }

  private List<String> warmUp(
      String name, Map<String, String> options, Configuration configuration) {
    List<String> command = new ArrayList<>(List.of(WarmUpJob.class.getName(), name));
    new TreeMap<>(options).forEach((key, value) -> command.addAll(List.of("--" + key, value)));
    command.addAll(
        List.of(
            "--" + PARENT_FIRST,
            String.join(
                ";",
                configuration.get(CoreOptions.ALWAYS_PARENT_FIRST_LOADER_PATTERNS_ADDITIONAL))));
    return command;
  }

  /** ZooKeeper, as Flink packs it. */
  List<String> zookeeper(Path configurationFile, Path log) {
    List<String> command = jvm("-Xmx128m", "", new Configuration(), log);
    command.add(FlinkZooKeeperQuorumPeer.class.getName());
    command.addAll(List.of("--zkConfigFile", configurationFile.toString(), "--peerId", "1"));
    return command;
  }

  /** All but the main class and its arguments. */
  private List<String> jvm(String memory, String own, Configuration configuration, Path log) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(words(memory));
    command.addAll(words(configuration.get(CoreOptions.FLINK_DEFAULT_JVM_OPTIONS)));
    command.addAll(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
    command.addAll(words(own));
    command.add("-D%s=%s".formatted(LOG_FILE, log));
    command.add("-Dlog4j.configurationFile=" + logging);
    command.add("-Dlog4j2.configurationFile=" + logging);
    command.addAll(List.of("-cp", installation.library().resolve("*").toString()));
    command.add(EndsWithParent.class.getName());
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
