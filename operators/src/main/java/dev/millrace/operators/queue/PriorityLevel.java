package dev.millrace.operators.queue;

import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one priority, weighted fair between tenants.
 *
 * <p>Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): a request's start tag is the
 * later of the virtual time at its arrival and the finish tag of its tenant's previous request, its
 * finish tag is that plus cost over weight; the smallest start tag is served, and is the virtual
 * time. As the tenant's requests are served by deadline and not by arrival, the tag belongs to the
 * tenant and not to the request.
 *
 * <p>A tenant for which nothing waited begins {@value TenantFlow#BURST} requests before the virtual
 * time, unless it has had them: requests come in bursts, also those of a tenant that asks for less
 * than its share, and each would have to wait for one of another tenant otherwise. Linux lets a
 * task that has slept begin a little earlier for the same reason. So of a tenant that is always
 * waiting, another is at most one batch and these ahead of what the weights say.
 */
final class PriorityLevel {
  /** Tenants that wait for nothing are remembered only while they are ahead of the others. */
  private static final int FORGET_FROM = 64;

  private final int priority;
  private final TenantWeights weights;
  private final Map<String, TenantFlow> flows = new HashMap<>();
  private final TreeSet<TenantFlow> waiting = new TreeSet<>(TenantFlow.BY_START);
  private final TreeSet<TenantFlow> bySize = new TreeSet<>(TenantFlow.BY_SIZE);
  private final Int2ObjectMap<TreeSet<TenantFlow>> waitingByShape = new Int2ObjectOpenHashMap<>();
  private double virtualTime;
  private long flowsSeen;
  private long rows;
  private double waitingWeight;
  private int forgetFrom = FORGET_FROM;

  PriorityLevel(int priority, TenantWeights weights) {
    this.priority = priority;
    this.weights = weights;
  }

  int priority() {
    return priority;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  long rows() {
    return rows;
  }

  /** Those that are served until a tenant's are, if the others have enough of them. */
  long rowsCompetingWith(TenantFlow flow) {
    double share = flow.weight() / waitingWeight;
    return Math.min(rows, (long) Math.ceil(flow.rows() / share));
  }

  TenantFlow add(QueueEntry entry, String tenant) {
    forgetIdleTenants();
    TenantFlow flow =
        flows.computeIfAbsent(
            tenant, name -> new TenantFlow(this, name, flowsSeen++, weights.of(name)));
    if (flow.size() == 0) {
      flow.startAgain(virtualTime, entry.cost());
      waiting.add(flow);
      waitingWeight += flow.weight();
    }
    if (!flow.has(entry.shape())) {
      waitingByShape
          .computeIfAbsent(entry.shape(), shape -> new TreeSet<>(TenantFlow.BY_START))
          .add(flow);
    }
    bySize.remove(flow);
    flow.add(entry);
    bySize.add(flow);
    rows += entry.rows();
    return flow;
  }

  @Nullable QueueEntry first() {
    return waiting.isEmpty() ? null : waiting.first().first();
  }

  @Nullable QueueEntry first(int shape) {
    TreeSet<TenantFlow> candidates = waitingByShape.get(shape);
    return candidates == null ? null : candidates.first().first(shape);
  }

  /** Moves the virtual time on and charges the tenant. The entry still waits. */
  void charge(TenantFlow flow, long cost) {
    // Who is served out of turn, for its age or its shape, does not take the others along.
    virtualTime = Math.max(virtualTime, waiting.first().start());
    // A tag must not change under the sets that are ordered by it.
    waiting.remove(flow);
    for (int shape : flow.shapes()) {
      Objects.requireNonNull(waitingByShape.get(shape)).remove(flow);
    }
    flow.charge(cost);
    waiting.add(flow);
    for (int shape : flow.shapes()) {
      Objects.requireNonNull(waitingByShape.get(shape)).add(flow);
    }
  }

  /** To be called when an entry of a flow has left the queue. */
  void left(TenantFlow flow, QueueEntry entry) {
    bySize.remove(flow);
    flow.left(entry);
    rows -= entry.rows();
    if (!flow.has(entry.shape())) {
      TreeSet<TenantFlow> others = Objects.requireNonNull(waitingByShape.get(entry.shape()));
      others.remove(flow);
      if (others.isEmpty()) {
        waitingByShape.remove(entry.shape());
      }
    }
    if (flow.size() == 0) {
      waiting.remove(flow);
      // Rounding errors end when all have left, for then the level goes too.
      waitingWeight -= flow.weight();
    } else {
      bySize.add(flow);
    }
  }

  /** The tenant with most requests here. Not to be asked when none waits. */
  TenantFlow largest() {
    return bySize.last();
  }

  @Nullable TenantFlow of(String tenant) {
    TenantFlow flow = flows.get(tenant);
    return flow == null || flow.size() == 0 ? null : flow;
  }

  private void forgetIdleTenants() {
    if (flows.size() > forgetFrom) {
      flows.values().removeIf(flow -> flow.canBeForgotten(virtualTime));
      // Not each time, since those that are left may be many: amortised this costs nothing.
      forgetFrom = Math.max(FORGET_FROM, 2 * flows.size());
    }
  }
}
