package dev.millrace.bench.openloop;

import dev.millrace.bench.systems.Checkpoint;
import dev.millrace.bench.systems.RunTopics;
import java.util.Arrays;
import java.util.List;

/** What the process with the stack says to the one that measures: a line of words each. */
sealed interface StackMessage {
  /** It runs, on these topics. */
  record Ready(String bootstrapServers, RunTopics topics) implements StackMessage {}

  /**
   * How its heap does.
   *
   * @param used bytes, garbage among them
   * @param left bytes that the latest collection left, garbage that it did not look at among them
   * @param most bytes that it may ever use
   */
  record Heap(long used, long left, long most) implements StackMessage {}

  /** How often the job has failed and gone on. */
  record Restarts(int count) implements StackMessage {}

  /** A checkpoint was completed. */
  record Completed(Checkpoint checkpoint) implements StackMessage {}

  /** The job has ended, or never began. */
  record Failed(String message) implements StackMessage {}

  /** As a line. */
  default String line() {
    if (this instanceof Ready ready) {
      RunTopics topics = ready.topics();
      return String.join(
          " ",
          "ready",
          ready.bootstrapServers(),
          topics.requests(),
          topics.results(),
          topics.deadLetters(),
          topics.replies());
    }
    if (this instanceof Heap heap) {
      return "heap %d %d %d".formatted(heap.used(), heap.left(), heap.most());
    }
    if (this instanceof Restarts restarts) {
      return "restarts %d".formatted(restarts.count());
    }
    if (this instanceof Completed completed) {
      Checkpoint checkpoint = completed.checkpoint();
      return "checkpoint %d %d %d %d %d"
          .formatted(
              checkpoint.id(),
              checkpoint.triggeredAt(),
              checkpoint.durationMillis(),
              checkpoint.stateBytes(),
              checkpoint.writtenBytes());
    }
    return "failed " + ((Failed) this).message().replaceAll("\\s+", " ");
  }

  /**
   * The message of a line.
   *
   * @throws IllegalArgumentException when it is none
   */
  static StackMessage parse(String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    try {
      return switch (words.get(0)) {
        case "ready" ->
            new Ready(
                words.get(1),
                new RunTopics(words.get(2), words.get(3), words.get(4), words.get(5)));
        case "heap" -> new Heap(number(words, 1), number(words, 2), number(words, 3));
        case "restarts" -> new Restarts((int) number(words, 1));
        case "checkpoint" ->
            new Completed(
                new Checkpoint(
                    number(words, 1),
                    number(words, 2),
                    number(words, 3),
                    number(words, 4),
                    number(words, 5)));
        case "failed" -> new Failed(line.substring("failed".length()).strip());
        default -> throw new IllegalArgumentException("no message: " + line);
      };
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("no message: " + line, e);
    }
  }

  private static long number(List<String> words, int index) {
    return Long.parseLong(words.get(index));
  }
}
