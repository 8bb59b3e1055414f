package dev.millrace.gateway.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Requests over HTTP: how many, how long, by whom; and the process that serves them. */
public final class HttpMetrics implements AutoCloseable {
  /** Tenants beyond so many share a label: labels must be few. */
  private static final int MAXIMUM_TENANTS = 100;

  private static final String OTHERS = "others";
  private static final String NOBODY = "none";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Set<String> tenants = ConcurrentHashMap.newKeySet();

  /**
   * @param pending how many requests wait for their answers
   */
  public HttpMetrics(IntSupplier pending) {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("http.requests.in.flight", inFlight, AtomicInteger::get)
        .description("Requests that have not been answered yet")
        .register(registry);
    Gauge.builder("millrace.gateway.pending", pending, IntSupplier::getAsInt)
        .description("Requests that wait for their answers from Kafka")
        .register(registry);
  }

  /** A request has begun. */
  public void begun() {
    inFlight.incrementAndGet();
  }

  /**
   * A request has ended.
   *
   * @param endpoint the path of the contract, not of the request
   * @param tenant null when nobody knows
   */
  public void ended(
      String method, String endpoint, int status, @Nullable String tenant, long nanos) {
    inFlight.decrementAndGet();
    String code = Integer.toString(status);
    Counter.builder("http.requests")
        .description("Requests that were answered")
        .tags("method", method, "endpoint", endpoint, "status", code)
        .register(registry)
        .increment();
    Timer.builder("http.request.duration")
        .description("From the head of a request to the end of its answer")
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2_500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30))
        .tags("method", method, "endpoint", endpoint)
        .register(registry)
        .record(Duration.ofNanos(nanos));
    Counter.builder("millrace.gateway.tenant.requests")
        .description("Requests that were answered, by tenant")
        .tags("tenant", label(tenant), "status", code)
        .register(registry)
        .increment();
  }

  private String label(@Nullable String tenant) {
    if (tenant == null) {
      return NOBODY;
    }
    if (tenants.size() < MAXIMUM_TENANTS) {
      tenants.add(tenant);
    }
    return tenants.contains(tenant) ? tenant : OTHERS;
  }

  /** All metrics in the text format of Prometheus. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
