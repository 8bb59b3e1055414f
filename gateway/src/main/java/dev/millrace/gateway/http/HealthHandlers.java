package dev.millrace.gateway.http;

import dev.millrace.gateway.health.ComponentHealth;
import dev.millrace.gateway.health.ComponentHealth.Level;
import dev.millrace.gateway.health.HealthMonitor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** What the monitor has seen. */
final class HealthHandlers {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HealthMonitor monitor;
  private final String version;

  HealthHandlers(HealthMonitor monitor, String version) {
    this.monitor = monitor;
    this.version = version;
  }

  void health(RoutingContext context) {
    Map<String, ComponentHealth> components = monitor.components();
    Level level = monitor.level();
    Answers.json(
        context,
        level == Level.HEALTHY ? 200 : 503,
        json -> {
          json.writeStringField("status", level.wireName());
          json.writeArrayFieldStart("components");
          for (String name : components.keySet()) {
            json.writeString(name);
          }
          json.writeEndArray();
          json.writeObjectFieldStart("checks");
          for (Map.Entry<String, ComponentHealth> component : components.entrySet()) {
            json.writeObjectFieldStart(component.getKey());
            json.writeStringField("status", component.getValue().level().wireName());
            if (!component.getValue().reason().isEmpty()) {
              json.writeStringField("reason", component.getValue().reason());
            }
            json.writeEndObject();
          }
          json.writeEndObject();
          json.writeStringField("version", version);
        });
  }

  void live(RoutingContext context) {
    Answers.end(context, 200, TEXT, Buffer.buffer("ok\n"));
  }

  void ready(RoutingContext context) {
    boolean ready = isReady();
    Answers.end(context, ready ? 200 : 503, TEXT, Buffer.buffer(ready ? "ok\n" : "not ready\n"));
  }

  void serverLive(RoutingContext context) {
    Answers.json(context, 200, json -> json.writeBooleanField("live", true));
  }

  void serverReady(RoutingContext context) {
    boolean ready = isReady();
    Answers.json(context, ready ? 200 : 503, json -> json.writeBooleanField("ready", ready));
  }

  /** With a part that is degraded, requests are answered nevertheless. */
  private boolean isReady() {
    return monitor.level() != Level.UNHEALTHY;
  }
}
