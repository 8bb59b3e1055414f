package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts on a cluster of processes of which one is killed while it generates them. */
class CompletionsClusterIT {
  private static final int COMPLETIONS = 120;
  private static final int KILLS = 2;

  /** So many texts with so many tokens in a checkpoint make a kill worth it. */
  private static final int TEXTS_AMID = 3;

  private static final int TOKENS_BEHIND = 10;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;

  private TestCluster cluster;

  /**
   * The end of a TaskManager.
   *
   * @param checkpoint when the last one that was complete before was begun, epoch milliseconds
   * @param at when the process was gone
   * @param amid the texts that were being generated, and had been at the checkpoint
   */
  private record Kill(long checkpoint, long at, List<HeardText> amid) {}

  @BeforeEach
  void layOut() throws Exception {
    cluster = TestCluster.unpack(directory);
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    cluster.close();
  }

  @Test
  void everyTextIsTheSameHoweverOftenItsTaskManagerIsKilled() throws Exception {
    // What Flink says of checkpoints is as old as this; a text is done in a second.
    cluster.up("--no-warm-up", "-D", "web.refresh-interval=10");
    cluster.succeed("submit");
    try (Completions undisturbed = send("undisturbed")) {
      undisturbed.awaitAll(PATIENCE);
      try (Completions disturbed = send("disturbed")) {
        List<Kill> kills = new ArrayList<>();
        while (kills.size() < KILLS) {
          kills.add(killAmid(disturbed, kills.isEmpty() ? 0 : kills.get(kills.size() - 1).at()));
        }
        disturbed.awaitAll(PATIENCE);
        cluster.audit();
        disturbed.listen();

        assertSame(undisturbed, disturbed);
        for (HeardText text : disturbed.streamed()) {
          assertGoesOn(text, kills);
        }
        assertThat(kills).allMatch(CompletionsClusterIT::wasAmid, "texts went on after it");
      }
    }
    List<ProcessHandle> processes = cluster.processes();
    cluster.succeed("cluster", "down");
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  private Completions send(String run) throws Exception {
    return Completions.send(cluster.bootstrapServers(), run, COMPLETIONS);
  }

  /** Kills the TaskManager when texts are half-way that were begun before the last checkpoint. */
  private Kill killAmid(Completions completions, long lastKill)
      throws IOException, InterruptedException {
    ClusterJob job = ClusterJob.of(cluster);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      completions.listen();
      assertThat(completions.running()).as("texts to kill a TaskManager amid").isNotEmpty();
      assertThat(System.nanoTime()).as("no checkpoint amid a text").isLessThan(deadline);
      long checkpoint = job.lastCheckpoint();
      List<HeardText> amid =
          completions.running().stream()
              .filter(text -> text.lastBetween(lastKill, checkpoint).orElse(-1) >= TOKENS_BEHIND)
              .toList();
      if (amid.size() >= TEXTS_AMID) {
        ProcessHandle victim = cluster.process(job.busyTaskManager());
        // There may be a newer one by now.
        long last = job.lastCheckpoint();
        victim.destroyForcibly();
        victim.onExit().join();
        return new Kill(last, System.currentTimeMillis(), amid);
      }
    }
  }

  private static void assertSame(Completions undisturbed, Completions disturbed) {
    for (int number = 0; number < COMPLETIONS; number++) {
      String expected = undisturbed.text(number).answeredOnce();
      HeardText text = disturbed.text(number);
      if (Completions.isStreamed(number)) {
        assertThat(undisturbed.text(number).putTogether()).isEqualTo(expected).isNotEmpty();
        assertThat(text.answered()).as("text %d", number).isEqualTo(expected);
        assertThat(text.putTogether()).as("the pieces of text %d", number).isEqualTo(expected);
      } else {
        assertThat(text.answeredOnce()).as("text %d", number).isEqualTo(expected);
      }
    }
  }

  /** Nothing that was written before a checkpoint is generated again. */
  private static void assertGoesOn(HeardText text, List<Kill> kills) {
    int behind = -1;
    long begun = 0;
    for (Kill kill : kills) {
      // A text that still waited to go on at the checkpoint is in it as it was in the one before.
      behind = text.lastBetween(begun, kill.checkpoint()).orElse(behind);
      assertThat(text.firstAfter(kill.at()).orElse(Integer.MAX_VALUE))
          .as("the first piece of %s after the kill at %d", text.id(), kill.at())
          .isGreaterThan(behind);
      begun = kill.at();
    }
  }

  private static boolean wasAmid(Kill kill) {
    return kill.amid().stream().anyMatch(text -> text.firstAfter(kill.at()).isPresent());
  }
}
