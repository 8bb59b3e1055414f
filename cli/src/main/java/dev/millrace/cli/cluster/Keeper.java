package dev.millrace.cli.cluster;

import dev.millrace.broker.ProcessIdentity;
import dev.millrace.cli.cluster.EventLog.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one member running, on a thread of its own: detects that it has ended or does not do its
 * work, judges how long to wait, starts it again, and verifies that it is ready.
 */
final class Keeper {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
  private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(1);

  /** Members start beside one another on few cores, and TaskManagers warm up. */
  private static final Duration READY_WITHIN = Duration.ofSeconds(150);

  /**
   * Flink itself deals with what is silent for less; a process that hangs for longer never wakes.
   */
  private static final Duration UNREADY_FOR = Duration.ofSeconds(60);

  /** A member that has never been ready, and was started so often, is set up wrongly. */
  private static final int FIRST_ATTEMPTS = 2;

  private final Member member;
  private final BackOff backOff = BackOff.ofMembers();
  private final EventLog events;
  private final Runnable onChange;
  private final CountDownLatch everReady = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean stopping;
  private volatile ClusterState.Phase phase = ClusterState.Phase.STARTING;
  private final AtomicInteger starts = new AtomicInteger();
  private volatile @Nullable String problem;

  /**
   * @param onChange called from the keeper's thread when what {@link #state} says has changed
   */
  Keeper(Member member, EventLog events, Runnable onChange) {
    this.member = member;
    this.events = events;
    this.onChange = onChange;
    this.thread = new Thread(this::keep, "keeper-" + member.name());
  }

  /** Starts the member, and keeps it from then on. */
  void begin() {
    thread.start();
  }

  /** What the member does now. */
  ClusterState.MemberState state() {
    ProcessIdentity process = member.identity().orElse(null);
    return new ClusterState.MemberState(
        member.name(), phase, process, Math.max(0, starts.get() - 1), member.log().toString());
  }

  /** Whether the member has been ready by then; false sooner when it has died young too often. */
  boolean awaitReady(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!everReady.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (starts.get() > FIRST_ATTEMPTS || System.nanoTime() > deadline) {
        return false;
      }
    }
    return true;
  }

  /** What last went wrong, if anything did. */
  @Nullable String problem() {
    return problem;
  }

  /** Has the member end, and does not start it again. Returns when it is gone. */
  void end() throws InterruptedException {
    stopping = true;
    thread.interrupt();
    thread.join();
    member.stop();
    change(ClusterState.Phase.STOPPED);
  }

  private void keep() {
    try {
      while (!stopping) {
        long started = System.nanoTime();
        if (start()) {
          watch();
        }
        if (!stopping) {
          waitAfterEnd(Duration.ofNanos(System.nanoTime() - started));
        }
      }
    } catch (InterruptedException e) {
      // That is how it is told to end.
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the member is ready. */
  private boolean start() throws InterruptedException {
    change(ClusterState.Phase.STARTING);
    starts.incrementAndGet();
    long begin = System.nanoTime();
    try {
      member.start();
    } catch (IOException e) {
      report(Step.RESPONDED, "cannot be started: " + e.getMessage());
      return false;
    }
    events.log(
        member.name(),
        Step.RESPONDED,
        "started as process %s".formatted(member.identity().map(ProcessIdentity::pid).orElse(0L)));
    change(ClusterState.Phase.STARTING);
    while (System.nanoTime() - begin < READY_WITHIN.toNanos()) {
      if (!member.isAlive()) {
        report(Step.VERIFIED, member.ending() + " before it was ready; its log is " + member.log());
        return false;
      }
      if (member.isReady()) {
        events.log(
            member.name(),
            Step.VERIFIED,
            "ready after %.1f s".formatted((System.nanoTime() - begin) / 1e9));
        change(ClusterState.Phase.RUNNING);
        everReady.countDown();
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
    report(
        Step.VERIFIED,
        "not ready after %d s; its log is %s".formatted(READY_WITHIN.toSeconds(), member.log()));
    member.kill();
    return false;
  }

  /** Returns when the member has to be started again. */
  private void watch() throws InterruptedException {
    long lastReady = System.nanoTime();
    long nextLook = lastReady;
    while (!stopping) {
      if (!member.isAlive()) {
        report(Step.DETECTED, member.ending());
        return;
      }
      if (System.nanoTime() - nextLook >= 0) {
        if (member.isReady()) {
          lastReady = System.nanoTime();
        } else if (System.nanoTime() - lastReady > UNREADY_FOR.toNanos()) {
          report(
              Step.DETECTED,
              "lives, but has not done its work for %d s".formatted(UNREADY_FOR.toSeconds()));
          member.kill();
          return;
        }
        nextLook = System.nanoTime() + HEALTH_INTERVAL.toNanos();
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  private void waitAfterEnd(Duration lived) throws InterruptedException {
    change(ClusterState.Phase.WAITING);
    Duration wait = backOff.afterEnd(lived);
    events.log(
        member.name(),
        Step.JUDGED,
        "lived for %.1f s: will be started again in %.1f s"
            .formatted(lived.toMillis() / 1e3, wait.toMillis() / 1e3));
    TimeUnit.MILLISECONDS.sleep(wait.toMillis());
  }

  private void report(Step step, String what) {
    problem = member.name() + " " + what;
    events.log(member.name(), step, what);
  }

  private void change(ClusterState.Phase next) {
    phase = next;
    onChange.run();
  }
}
