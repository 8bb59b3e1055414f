package dev.millrace.jobs.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.jobs.MillraceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the models of this repository, and a real broker. */
class WarmUpJobIT {
  private static final String LEFT_BY_ANOTHER = "millrace.warm-up.taskmanager-1.requests";

  @TempDir Path directory;

  @Test
  void isAnsweredAndLeavesNothingBehind() throws Exception {
    try (LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(LEFT_BY_ANOTHER, 3, (short) 1))).all().get();
      int directories = temporaryDirectories();

      // Fails when requests stay without an answer.
      warmUp(broker, Path.of(System.getProperty("millrace.models")));

      assertThat(admin.listTopics().names().get()).isEmpty();
      assertThat(admin.listGroups().all().get()).extracting(GroupListing::groupId).isEmpty();
      assertThat(temporaryDirectories()).isEqualTo(directories);
    }
  }

  @Test
  void saysWhatIsWrongWithTheModelsBeforeItTouchesTheBroker() throws Exception {
    try (LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory))) {
      assertThatThrownBy(() -> warmUp(broker, directory.resolve("none")))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("none");
    }
  }

  private static void warmUp(LocalBroker broker, Path models) throws Exception {
    WarmUpJob.main(
        new String[] {
          "taskmanager-1",
          "--" + MillraceOptions.KAFKA_BOOTSTRAP_SERVERS.key(),
          broker.bootstrapServers(),
          "--" + MillraceOptions.MODELS_REPOSITORY.key(),
          models.toString()
        });
  }

  private static int temporaryDirectories() throws Exception {
    try (var files =
        Files.newDirectoryStream(
            Path.of(System.getProperty("java.io.tmpdir")), "millrace-warm-up*")) {
      int count = 0;
      for (Path unused : files) {
        count++;
      }
      return count;
    }
  }
}
