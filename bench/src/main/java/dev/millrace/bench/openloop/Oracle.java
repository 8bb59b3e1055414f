package dev.millrace.bench.openloop;

import dev.millrace.bench.load.ArrivalSchedule;
import java.time.Duration;

/**
 * How many requests somebody who knows the future could answer in time, on an engine of the same
 * strength. All requests cost the same and have the same time-out.
 *
 * <p><b>How it is computed.</b> A server works off one request after another at the best throughput
 * of the engine, <i>r</i> requests a second: in the order of arrival, passing over those that would
 * come too late. Request <i>i</i>, which arrives at <i>a</i>, ends at <i>max(a, end of the last one
 * taken) + 1/r</i>, but not before <i>a + l</i>, where <i>l</i> is the latency of a batch of one;
 * it is taken when that is not later than <i>a + time-out</i>.
 *
 * <p><b>Why no system answers more.</b>
 *
 * <ol>
 *   <li>An engine of <i>s</i> streams needs, for a batch of <i>b</i>, at least <i>s·b/r</i>, since
 *       <i>r</i> is the throughput of the best size. So a server that works on all requests of all
 *       running batches at once, <i>r/s</i> for each stream, ends each of them no later than the
 *       engine does: whatever set of requests the engine answers in time, the server does too.
 *   <li>Among requests that cost the same and whose deadlines come in the order of their arrival, a
 *       set that can be answered in time at all is answered in time first come, first served
 *       (earliest deadline first is optimal on one server, and is that order here).
 *   <li>Of all sets served so, the greedy one is largest. Its <i>k</i>-th request arrives and ends
 *       no later than the <i>k</i>-th of any other set, by induction: if that holds for <i>k</i>,
 *       then the other's next request arrives later than the greedy <i>k</i>-th and would end no
 *       later there than it does in its own set, so greedy takes it, or has taken an earlier one.
 * </ol>
 *
 * <p>It is a bound for the engine as it was measured: an engine that happens to run faster while a
 * system is measured than while its throughput was could beat it.
 *
 * @param rate requests a second of the engine at its best batch size
 * @param batchOfOne the latency of a request that is scored alone
 */
record Oracle(double rate, Duration batchOfOne) {
  Oracle {
    if (!(rate > 0) || batchOfOne.isNegative()) {
      throw new IllegalArgumentException(
          "%s requests/s, %s for one of them".formatted(rate, batchOfOne));
    }
  }

  /** How many of these it answers within the time-out. */
  int inTime(ArrivalSchedule schedule, Duration timeout) {
    double service = 1e9 / rate;
    double end = Double.NEGATIVE_INFINITY;
    int count = 0;
    for (int request = 0; request < schedule.size(); request++) {
      long arrival = schedule.at(request);
      double serverEnd = Math.max((double) arrival, end) + service;
      double answered = Math.max(serverEnd, arrival + (double) batchOfOne.toNanos());
      if (answered <= arrival + (double) timeout.toNanos()) {
        end = serverEnd;
        count++;
      }
    }
    return count;
  }
}
