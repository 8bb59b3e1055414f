package dev.millrace.operators.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operators.admission.Admission;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.ResultStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneRoutingTest {
  private static final Lanes LANES = new Lanes(720);
  private static final byte[] KEY = {1, 2, 3};

  private final LaneRouting byId = new LaneRouting(LANES, Order.NONE);
  private final LaneRouting byKey = new LaneRouting(LANES, Order.KEY);

  @Test
  void requestsOfOneIdMeetWhateverTheirKeysAndWhereverTheyStand() {
    assertThat(byId.getKey(refused("a", KEY, 1))).isEqualTo(byId.getKey(refused("a", null, 99)));
  }

  @Test
  void aCancelMeetsTheRequestThatItNames() {
    Admission cancel = new Admission.Cancel(envelope("the cancel's own", KEY, 2), "a");

    assertThat(byId.getKey(cancel)).isEqualTo(byId.getKey(refused("a", KEY, 1)));
    assertThat(byKey.getKey(cancel)).isEqualTo(byKey.getKey(refused("a", KEY, 1)));
  }

  @Test
  void oneHotKeySpreadsOverManyLanesUnlessItsOrderMatters() {
    Set<Integer> spread = new HashSet<>();
    Set<Integer> ordered = new HashSet<>();
    for (int request = 0; request < 1_000; request++) {
      spread.add(byId.getKey(refused("id-" + request, KEY, request)));
      ordered.add(byKey.getKey(refused("id-" + request, KEY, request)));
    }

    assertThat(spread).hasSizeGreaterThan(400);
    assertThat(ordered).hasSize(1);
  }

  private static Admission refused(String id, byte @Nullable [] key, long offset) {
    return new Admission.Refused(
        envelope(id, key, offset),
        new ErrorResult(id, ResultStatus.REJECTED, ErrorCode.INVALID_REQUEST, "no"));
  }

  private static Envelope envelope(String id, byte @Nullable [] key, long offset) {
    return new Envelope(
        id,
        new RecordCoordinates("requests", 0, offset),
        key,
        0,
        0,
        Envelope.NO_DEADLINE,
        "default",
        List.of(),
        null,
        Encoding.JSON);
  }
}
