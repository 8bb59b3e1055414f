package dev.millrace.broker;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main class of the broker's process: formats the storage on the first start, and runs Kafka.
 */
final class BrokerProcess {
  private BrokerProcess() {}

  /**
   * Runs the broker.
   *
   * @param arguments the server properties, the log directory, and the id of the cluster
   */
  public static void main(String[] arguments) throws Exception {
    String serverProperties = arguments[0];
    Path logDirectory = Path.of(arguments[1]);
    String clusterId = arguments[2];
    if (!Files.exists(logDirectory.resolve("meta.properties"))) {
      format(serverProperties, clusterId);
    }
    invoke("kafka.Kafka", "main", serverProperties);
  }

  private static void format(String serverProperties, String clusterId) throws Exception {
    Class<?> tool = Class.forName("kafka.tools.StorageTool");
    String[] arguments = {"format", "-t", clusterId, "-c", serverProperties};
    Object status =
        tool.getMethod("execute", String[].class, java.io.PrintStream.class)
            .invoke(null, arguments, System.out);
    if (!Integer.valueOf(0).equals(status)) {
      throw new IllegalStateException("formatting the storage ended with status " + status);
    }
  }

  private static void invoke(String type, String method, String... arguments) throws Exception {
    try {
      Class.forName(type).getMethod(method, String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(type + " failed", e.getCause());
    }
  }
}
