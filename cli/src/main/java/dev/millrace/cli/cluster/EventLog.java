package dev.millrace.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * What happened to members, one JSON object a line: {@code time}, {@code member}, {@code step} and
 * {@code what}. Safe for any thread.
 */
final class EventLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Writer out;
  private final Consumer<String> listener;

  /** The steps from a fault to its cure. */
  enum Step {
    /** Something is wrong, or a start was asked for. */
    DETECTED,
    /** What is made of it, and when something will be done. */
    JUDGED,
    /** It was done. */
    RESPONDED,
    /** Whether that helped. */
    VERIFIED
  }

  private EventLog(Writer out, Consumer<String> listener) {
    this.out = out;
    this.listener = listener;
  }

  /**
   * Goes on with a file.
   *
   * @param listener hears each event as a line for people
   */
  static EventLog open(Path file, Consumer<String> listener) throws IOException {
    return new EventLog(
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        listener);
  }

  synchronized void log(String member, Step step, String what) {
    ObjectNode event = JSON.createObjectNode();
    event.put("time", Instant.now().toString());
    event.put("member", member);
    event.put("step", step.name().toLowerCase(java.util.Locale.ROOT));
    event.put("what", what);
    listener.accept("%s: %s".formatted(member, what));
    try {
      out.write(event.toString());
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      // The members matter more than their history.
      listener.accept("the event log cannot be written: " + e.getMessage());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
