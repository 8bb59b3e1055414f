package dev.millrace.operators.lanes;

import dev.millrace.operators.admission.Admission;
import dev.millrace.protocol.Envelope;
import org.apache.flink.api.java.functions.KeySelector;

/**
 * Which lane a request takes, as a Flink key.
 *
 * <p>What must meet takes one lane: requests of one id with each other, so that a duplicate is
 * found, and with the cancel that names them; and where their order matters, requests of one record
 * key. Both hold across a replay and at any parallelism.
 *
 * <p>By id, lanes fill evenly however skewed the record keys are, so that is the rule; only where
 * answers must be in the order of a key, the key decides, and then duplicates and cancels are
 * matched among the requests of one key.
 */
public final class LaneRouting implements KeySelector<Admission, Integer> {
  private static final long serialVersionUID = 1L;

  private final Lanes lanes;
  private final Order order;

  public LaneRouting(Lanes lanes, Order order) {
    this.lanes = lanes;
    this.order = order;
  }

  @Override
  public Integer getKey(Admission admission) {
    Envelope envelope = admission.envelope();
    byte[] recordKey = envelope.key();
    if (order == Order.KEY && recordKey != null) {
      return lanes.keyOf(lanes.laneOf(recordKey));
    }
    String id = admission instanceof Admission.Cancel cancel ? cancel.target() : envelope.id();
    return lanes.keyOf(lanes.laneOf(envelope.tenant(), id));
  }
}
