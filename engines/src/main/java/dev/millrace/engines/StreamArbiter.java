package dev.millrace.engines;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Divides the execution streams of a shared engine among its users.
 *
 * <p>Without it whoever asks first gets a stream, and that is always the same one: a user whose
 * thread is awake asks at once, and one that has nothing to do but wait must first be woken. With
 * two users of two streams one of them would have both for as long as its requests last. So a
 * stream that is free is left to a user that was refused and holds fewer streams, or as many and
 * was served longer ago. Not for long: after {@code patience} that user is taken to be busy with
 * something else, and who had to stand back is woken and gets the stream.
 *
 * <p>Safe for use by several threads.
 */
public final class StreamArbiter {
  private final int streams;
  private final long patience;
  private final Clock clock;
  private final List<User> users = new CopyOnWriteArrayList<>();

  /** Streams that are taken. May be more than there are: what is handed over waits in line then. */
  private final AtomicInteger taken = new AtomicInteger();

  private volatile long lastFreed;

  /**
   * Tells the time and calls back.
   *
   * @param nanoTime nanoseconds, of any origin
   * @param alarm calls later, on a thread that must not be blocked
   */
  public record Clock(LongSupplier nanoTime, Alarm alarm) {
    /** That of the machine. */
    public static final Clock SYSTEM = new Clock(System::nanoTime, Clock::callLater);

    private static void callLater(long nanos, Runnable action) {
      Executor later =
          CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run);
      later.execute(action);
    }
  }

  /** Calls something after so many nanoseconds. */
  @FunctionalInterface
  public interface Alarm {
    void after(long nanos, Runnable action);
  }

  /**
   * @param streams how many there are
   * @param patience nanoseconds
   */
  public StreamArbiter(int streams, long patience, Clock clock) {
    if (streams < 1 || patience < 0) {
      throw new IllegalArgumentException(
          "%d streams, a patience of %d ns".formatted(streams, patience));
    }
    this.streams = streams;
    this.patience = patience;
    this.clock = clock;
    this.lastFreed = clock.nanoTime().getAsLong();
  }

  /** One who takes streams. */
  public final class User {
    private final Runnable wake;
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicBoolean alarmed = new AtomicBoolean();
    private volatile boolean waits;
    private volatile long waitsSince;
    private volatile long servedAt = clock.nanoTime().getAsLong();

    private User(Runnable wake) {
      this.wake = wake;
    }

    /**
     * Whether there is a stream for it now. It need not take it; but who asks and is refused is
     * taken to have a use for one.
     */
    public boolean mayTake() {
      int free = streams - taken.get();
      if (free > 0) {
        if (free > others()) {
          waits = false;
          return true;
        }
        if (alarmed.compareAndSet(false, true)) {
          clock.alarm().after(patience, this::standNoLonger);
        }
      }
      if (!waits) {
        waitsSince = clock.nanoTime().getAsLong();
        waits = true;
      }
      return false;
    }

    private void standNoLonger() {
      alarmed.set(false);
      wake.run();
    }

    /** How many others a free stream is left to. */
    private int others() {
      long now = clock.nanoTime().getAsLong();
      int count = 0;
      for (User other : users) {
        if (other != this && other.waits && other.isBefore(this)) {
          if (Math.min(now - other.waitsSince, now - lastFreed) < patience) {
            count++;
          } else {
            // It does not come; when it does, it will say so.
            other.waits = false;
          }
        }
      }
      return count;
    }

    private boolean isBefore(User other) {
      int difference = holds.get() - other.holds.get();
      return difference < 0 || (difference == 0 && servedAt - other.servedAt < 0);
    }

    /** Takes a stream. */
    public void take() {
      waits = false;
      servedAt = clock.nanoTime().getAsLong();
      holds.incrementAndGet();
      taken.incrementAndGet();
    }

    /** Gives a stream back. */
    public void free() {
      holds.decrementAndGet();
      lastFreed = clock.nanoTime().getAsLong();
      taken.decrementAndGet();
    }

    /** Ceases to be a user; what it still holds it gives back later. */
    public void leave() {
      users.remove(this);
    }
  }

  /** The share of the streams that is taken. */
  public double utilisation() {
    return Math.min(1.0, (double) taken.get() / streams);
  }

  /**
   * A new user.
   *
   * @param wake called on some thread when it has stood back long enough and should ask again; must
   *     not block
   */
  public User join(Runnable wake) {
    User user = new User(wake);
    users.add(user);
    return user;
  }
}
