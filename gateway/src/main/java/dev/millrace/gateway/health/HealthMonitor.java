package dev.millrace.gateway.health;

import dev.millrace.gateway.health.ComponentHealth.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has each check look at its component, on a thread of its own, and keeps what it saw last. */
public final class HealthMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthMonitor.class);

  private final List<HealthCheck> checks;
  private final Map<String, ComponentHealth> seen = new ConcurrentHashMap<>();
  private final ScheduledExecutorService threads;

  private HealthMonitor(List<HealthCheck> checks) {
    this.checks = List.copyOf(checks);
    this.threads =
        Executors.newScheduledThreadPool(
            Math.max(1, checks.size()),
            task -> {
              Thread thread = new Thread(task, "millrace-health");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to look.
   *
   * @param interval from one look to the next
   */
  public static HealthMonitor start(List<HealthCheck> checks, Duration interval) {
    HealthMonitor monitor = new HealthMonitor(checks);
    for (HealthCheck check : monitor.checks) {
      monitor.seen.put(check.component(), ComponentHealth.unhealthy("not looked at yet"));
      var unused =
          monitor.threads.scheduleWithFixedDelay(
              () -> monitor.look(check), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
    return monitor;
  }

  private void look(HealthCheck check) {
    ComponentHealth health;
    try {
      health = check.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException e) {
      LOG.error("The check of {} has failed.", check.component(), e);
      health = ComponentHealth.unhealthy("it cannot be checked: " + e);
    }
    ComponentHealth before = seen.put(check.component(), health);
    if (before != null && before.level() != health.level()) {
      LOG.info("{} is {} {}", check.component(), health.level().wireName(), health.reason());
    }
  }

  /** What was seen last, by component, in the order of the checks. */
  public Map<String, ComponentHealth> components() {
    Map<String, ComponentHealth> components = new LinkedHashMap<>();
    for (HealthCheck check : checks) {
      ComponentHealth health = seen.get(check.component());
      if (health != null) {
        components.put(check.component(), health);
      }
    }
    return Collections.unmodifiableMap(components);
  }

  /** The worst of all. */
  public Level level() {
    Level worst = Level.HEALTHY;
    for (ComponentHealth health : seen.values()) {
      worst = health.level().compareTo(worst) > 0 ? health.level() : worst;
    }
    return worst;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
