package dev.millrace.operators.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operators.window.WindowHarness.Setup;
import dev.millrace.protocol.OutboundRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

/**
 * A seeded life of the window: requests arrive, the engine ends batches in any order, checkpoints
 * complete, and the job crashes and comes back at another parallelism. The world around it keeps
 * Flink's promises: a crash takes back the source's position and the results since the last
 * checkpoint.
 */
class BatchWindowSimulationTest {
  private static final int SEEDS = 40;
  private static final int REQUESTS = 150;

  /**
   * Well above what a seed takes that loses nothing; a lost request would be waited for for ever.
   */
  private static final int MOST_EVENTS = 50_000;

  @Test
  void everyRequestIsAnsweredExactlyOnceThroughCrashesAndRescales() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      try (World world = new World(seed)) {
        world.live();
      }
    }
  }

  private static final class World implements AutoCloseable {
    private final long seed;
    private final Random random;
    private final Set<Long> committed = new HashSet<>();
    private final Set<Long> uncommitted = new HashSet<>();

    private List<WindowHarness> subtasks = List.of();
    private List<OperatorSubtaskState> checkpoint = List.of();
    private int checkpointParallelism;
    private long checkpointPosition;
    private long position;
    private long checkpoints;

    World(long seed) throws Exception {
      this.seed = seed;
      this.random = new Random(seed);
      start(1 + random.nextInt(3));
    }

    void live() throws Exception {
      for (int event = 0; committed.size() < REQUESTS; event++) {
        assertThat(event).as("seed %d: requests are lost", seed).isLessThan(MOST_EVENTS);
        switch (random.nextInt(12)) {
          case 0 -> completeCheckpoint();
          case 1 -> crash();
          case 2, 3, 4, 5, 6 -> arrive();
          default -> finishABatch();
        }
      }
      assertThat(committed)
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(LongStream.range(0, REQUESTS).boxed().toList());
      for (WindowHarness subtask : subtasks) {
        assertThat(subtask.lanesInState()).as("seed %d: left in state", seed).isZero();
      }
    }

    private void arrive() throws Exception {
      if (position < REQUESTS) {
        long number = position++;
        int subtask = WindowHarness.subtaskOf(number, subtasks.size());
        subtasks.get(subtask).submit(WindowHarness.request(number, 1 + random.nextInt(3)));
        collectAnswers();
      }
    }

    private void finishABatch() throws Exception {
      WindowHarness subtask = subtasks.get(random.nextInt(subtasks.size()));
      int running = subtask.engine().runningBatches();
      if (running > 0) {
        subtask.engine().finish(random.nextInt(running));
        // The mailbox need not be read before the next event.
        if (random.nextBoolean()) {
          subtask.readMails();
        }
      } else {
        subtask.readMails();
      }
      collectAnswers();
    }

    private void completeCheckpoint() throws Exception {
      checkpoint = new ArrayList<>();
      checkpoints++;
      for (WindowHarness subtask : subtasks) {
        checkpoint.add(subtask.snapshot(checkpoints));
      }
      checkpointParallelism = subtasks.size();
      checkpointPosition = position;
      committed.addAll(uncommitted);
      uncommitted.clear();
    }

    private void crash() throws Exception {
      close();
      uncommitted.clear();
      position = checkpointPosition;
      start(1 + random.nextInt(3));
    }

    private void start(int parallelism) throws Exception {
      List<WindowHarness> started = new ArrayList<>();
      for (int subtask = 0; subtask < parallelism; subtask++) {
        OperatorSubtaskState state =
            checkpoint.isEmpty()
                ? null
                : WindowHarness.share(checkpoint, checkpointParallelism, parallelism, subtask);
        started.add(
            WindowHarness.open(
                new Setup(
                    parallelism,
                    subtask,
                    new HashMapStateBackend(),
                    state,
                    REQUESTS + 1,
                    List.of(WindowHarness.MODEL))));
      }
      subtasks = started;
    }

    private void collectAnswers() {
      for (WindowHarness subtask : subtasks) {
        for (OutboundRecord answer : subtask.newAnswers()) {
          long number = WindowHarness.numberOf(answer);
          assertThat(committed.contains(number) || !uncommitted.add(number))
              .as("seed %d: request %d is answered twice", seed, number)
              .isFalse();
        }
      }
    }

    @Override
    public void close() throws Exception {
      for (WindowHarness subtask : subtasks) {
        subtask.close();
      }
    }
  }
}
