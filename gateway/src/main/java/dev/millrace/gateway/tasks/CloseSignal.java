package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a thread that it is to end, also while it waits. Safe for use by several threads. */
final class CloseSignal {
  private static final long LOOK_MILLIS = 50;

  private final CountDownLatch closed = new CountDownLatch(1);

  /** Tells it, once and for all. */
  void close() {
    closed.countDown();
  }

  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits so long, or until it is told; an interrupt is as good. */
  void await(long millis) {
    try {
      var unused = closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  /** Waits until the schema of a database is there, or until it is told. */
  void awaitReady(Database database) {
    while (!database.isReady() && !isClosed()) {
      await(LOOK_MILLIS);
    }
  }

  /** Tells it, and waits for the end of its thread. */
  void closeAndJoin(Thread thread) {
    close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
