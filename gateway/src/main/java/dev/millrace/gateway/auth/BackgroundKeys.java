package dev.millrace.gateway.auth;

import dev.millrace.gateway.auth.KeyLocation.RefreshSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys fresh on a thread of its own. What cannot be fetched, or is no set of sound keys,
 * changes nothing and is logged once; the keys from before stay until they are too old.
 */
final class BackgroundKeys implements KeySource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundKeys.class);
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 500;

  /** Files: an edit counts within two seconds. While a file is broken, its last keys count. */
  private static final RefreshSettings OF_FILES =
      new RefreshSettings(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofDays(36_500));

  private final KeyFetcher fetcher;
  private final JwksReader reader;
  private final InstantSource clock;
  private final long maximumAge;
  private final RefreshSchedule schedule;
  private final ScheduledThreadPoolExecutor thread;

  private volatile @Nullable Fetched fetched;
  private volatile String problem = "";

  /** What came of the last fetch that came to something. */
  private record Fetched(byte[] jwks, KeySet keys, long atMillis) {}

  BackgroundKeys(
      KeyFetcher fetcher, JwksReader reader, RefreshSettings settings, InstantSource clock) {
    this.fetcher = fetcher;
    this.reader = reader;
    this.clock = clock;
    this.maximumAge = settings.maximumAge().toMillis();
    this.schedule = new RefreshSchedule(settings, clock.millis());
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, BackgroundKeys::daemon, new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Reads the keys a first time, and goes on in the background.
   *
   * @throws InvalidKeysException when the file cannot be read, or when what was read are no keys to
   *     verify tokens with. A URL that does not answer is asked again, and until then there are no
   *     keys
   */
  static BackgroundKeys open(AuthSettings settings) throws InvalidKeysException {
    BackgroundKeys keys = of(settings);
    try {
      keys.fetchFirst(settings.keys() instanceof KeyLocation.File);
      // Its tasks end with the thread, and tell themselves what fails.
      var unused =
          keys.thread.scheduleWithFixedDelay(
              keys::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
      return keys;
    } catch (InvalidKeysException e) {
      keys.close();
      throw e;
    }
  }

  private static BackgroundKeys of(AuthSettings settings) {
    InstantSource clock = InstantSource.system();
    if (settings.keys() instanceof KeyLocation.Url url) {
      return new BackgroundKeys(
          new HttpKeyFetcher(url.uri(), FETCH_TIMEOUT),
          new JwksReader(settings.assumedAlgorithm(), false),
          url.refresh(),
          clock);
    }
    KeyLocation.File file = (KeyLocation.File) settings.keys();
    return new BackgroundKeys(
        new FileKeyFetcher(file.path()),
        new JwksReader(settings.assumedAlgorithm(), true),
        OF_FILES,
        clock);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "millrace-auth-keys");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public Optional<KeySet> current(long nowMillis) {
    Fetched last = fetched;
    return last == null || nowMillis - last.atMillis() > maximumAge
        ? Optional.empty()
        : Optional.of(last.keys());
  }

  @Override
  public boolean missed(long nowMillis) {
    boolean coming;
    boolean begins;
    synchronized (schedule) {
      coming = schedule.missed(nowMillis);
      begins = schedule.begin(nowMillis);
    }
    if (begins) {
      thread.execute(this::fetch);
    }
    return coming;
  }

  /** Fetches when it is time to. */
  void poll() {
    boolean begins;
    synchronized (schedule) {
      begins = schedule.begin(clock.millis());
    }
    if (begins) {
      fetch();
    }
  }

  private void fetchFirst(boolean required) throws InvalidKeysException {
    synchronized (schedule) {
      schedule.begin(clock.millis());
    }
    try {
      accept(fetcher.fetch());
      ended(true);
    } catch (InvalidKeysException e) {
      throw new InvalidKeysException("%s: %s".formatted(fetcher, e.getMessage()), e);
    } catch (IOException e) {
      if (required) {
        throw new InvalidKeysException("%s: %s".formatted(fetcher, e.getMessage()), e);
      }
      failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InvalidKeysException("%s: interrupted".formatted(fetcher), e);
    }
  }

  private void fetch() {
    try {
      accept(fetcher.fetch());
      ended(true);
    } catch (IOException | InvalidKeysException e) {
      failed(e);
    } catch (InterruptedException e) {
      // Closed meanwhile.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Ending the thread would mean to keep these keys for ever, and never to say so.
      LOG.error("Fetching keys from {} failed in an unforeseen way", fetcher, e);
      ended(false);
    }
  }

  private void accept(byte[] jwks) throws InvalidKeysException {
    Fetched last = fetched;
    if (last != null && Arrays.equals(last.jwks(), jwks)) {
      fetched = new Fetched(jwks, last.keys(), clock.millis());
      return;
    }
    KeySet keys = reader.read(jwks);
    fetched = new Fetched(jwks, keys, clock.millis());
    LOG.info("{} keys to verify tokens with, from {}", keys.size(), fetcher);
  }

  private void failed(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(problem)) {
      LOG.warn("No new keys from {}: {}", fetcher, message);
      problem = message;
    }
    ended(false);
  }

  private void ended(boolean succeeded) {
    synchronized (schedule) {
      if (succeeded) {
        schedule.succeeded();
      } else {
        schedule.failed();
      }
    }
    if (succeeded && !problem.isEmpty()) {
      LOG.info("Keys come from {} again", fetcher);
      problem = "";
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
