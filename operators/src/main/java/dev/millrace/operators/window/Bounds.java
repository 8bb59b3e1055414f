package dev.millrace.operators.window;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import java.util.Optional;

/** How much may wait: in the task, for a model, and for a model of a tenant. */
final class Bounds {
  private final QueueSettings settings;

  Bounds(QueueSettings settings) {
    this.settings = settings;
  }

  /**
   * A bound that is reached.
   *
   * @param description which, in words
   * @param spare the waiting request whose going would help and that is needed least; empty when
   *     none waits
   */
  record Reached(String description, Optional<Spare> spare) {}

  /** A waiting request and where it waits. */
  record Spare(ModelWindow window, QueueEntry entry) {}

  /**
   * The bound that keeps a request from waiting; empty when there is room.
   *
   * @param pending how many requests the task has, waiting and in flight
   */
  Optional<Reached> reached(
      ModelWindows windows, ModelWindow window, QueuedRequest request, int pending) {
    String tenant = request.envelope().tenant();
    if (window.queue().size(tenant) >= settings.maximumPerTenant()) {
      String description =
          "%d requests of tenant '%s' for model %s (millrace.queue.max-pending-per-tenant)"
              .formatted(settings.maximumPerTenant(), tenant, request.model());
      return Optional.of(
          new Reached(
              description,
              window.queue().mostDispensable(tenant).map(entry -> new Spare(window, entry))));
    }
    if (window.queue().size() >= window.serving().maximumPending()) {
      String description =
          "%d requests for model %s (its job_queue_size)"
              .formatted(window.serving().maximumPending(), request.model());
      return Optional.of(
          new Reached(
              description,
              window.queue().mostDispensable().map(entry -> new Spare(window, entry))));
    }
    if (pending >= settings.maximumPending()) {
      String description =
          "%d requests in this task (millrace.queue.max-pending)"
              .formatted(settings.maximumPending());
      return Optional.of(new Reached(description, leastUrgent(windows)));
    }
    return Optional.empty();
  }

  private static Optional<Spare> leastUrgent(ModelWindows windows) {
    Spare least = null;
    for (ModelWindow window : windows.all()) {
      Optional<QueueEntry> candidate = window.queue().mostDispensable();
      if (candidate.isPresent()
          && (least == null || candidate.get().priority() > least.entry().priority())) {
        least = new Spare(window, candidate.get());
      }
    }
    return Optional.ofNullable(least);
  }
}
