package dev.millrace.gateway.health;

/** Looks at one component. */
public interface HealthCheck {
  /** Of the component, as health names it. */
  String component();

  /** Looks; may take as long as its own bounds say, on a thread of the checks. */
  ComponentHealth look() throws InterruptedException;
}
