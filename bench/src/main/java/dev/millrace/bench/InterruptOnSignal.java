package dev.millrace.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While this is open, a signal that ends the process first interrupts the thread that opened it,
 * and waits until that has closed what it had opened.
 */
final class InterruptOnSignal implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;

  private final Thread interrupted = Thread.currentThread();
  private final Thread hook = new Thread(this::interrupt, "interrupt-on-signal");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean signalled;

  private InterruptOnSignal() {}

  static InterruptOnSignal open() {
    InterruptOnSignal opened = new InterruptOnSignal();
    Runtime.getRuntime().addShutdownHook(opened.hook);
    return opened;
  }

  private void interrupt() {
    signalled = true;
    interrupted.interrupt();
    try {
      if (!closed.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("millrace: not everything has stopped in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a signal came. */
  boolean signalled() {
    return signalled;
  }

  @Override
  public void close() {
    closed.countDown();
    if (!signalled) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
