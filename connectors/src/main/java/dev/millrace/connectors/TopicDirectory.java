package dev.millrace.connectors;

import java.io.IOException;

/** Where it can be looked up how many partitions a topic has. */
interface TopicDirectory extends AutoCloseable {
  /**
   * How many partitions the topic has now, 0 when there is none of this name or it may not be seen.
   *
   * @param topic a legal name
   * @throws IOException when it cannot be told, because the directory does not answer
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  int partitions(String topic) throws IOException, InterruptedException;

  @Override
  void close();
}
