package dev.millrace.operators.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.queue.FairRequestQueue;
import dev.millrace.operators.queue.RequestQueue;
import dev.millrace.operators.queue.ShapeLanes;
import dev.millrace.operators.queue.TenantWeights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the queue and the policy are worth: how many they answer in time, beside what could be
 * answered at best. Requests have ten times what one row takes alone, unless a test says otherwise.
 */
class ServingSimulationTest {
  private static final int REQUESTS = 20_000;
  private static final long[] SEEDS = {1, 2, 3};

  static Stream<EngineProfile> engines() {
    return Stream.of(
        // With a clock of a thousandth: what the policy is worth where the clock is no matter.
        EngineProfile.DIGITS.times(1_000), EngineProfile.ENCODER, EngineProfile.ACCELERATOR);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void answersEverybodyInTimeAtMeanLoad(EngineProfile engine) {
    for (long seed : SEEDS) {
      ArrivalProcess steady = ArrivalProcess.steady(0.6 * engine.capacity());

      assertThat(run(engine, arrivals(steady, engine, seed), seed).shareInTime())
          .as("seed %d", seed)
          .isGreaterThan(0.995);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void answersNineTenthsOfWhatAnOracleCouldInBursts(EngineProfile engine) {
    double mean = 0.6 * engine.capacity();
    double timeout = engine.timeout();
    for (ArrivalProcess bursts :
        List.of(
            ArrivalProcess.bursty(mean, 3, 0.5, 2 * timeout),
            ArrivalProcess.bursty(mean, 5, 0.3, 5 * timeout),
            ArrivalProcess.bursty(mean, 5, 0.3, 50 * timeout),
            ArrivalProcess.bursty(mean, 10, 0.2, 3 * timeout))) {
      long answered = 0;
      long oracle = 0;
      for (long seed : SEEDS) {
        List<SimulatedRequest> requests = arrivals(bursts, engine, seed);
        answered += run(engine, requests, seed).inTime();
        oracle += FluidOracle.inTime(requests, engine, timeout);
      }
      assertThat((double) answered / oracle).as("%s", bursts).isBetween(0.9, 1.01);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void answersAsManyUnderOverloadAsTheEngineCanScore(EngineProfile engine) {
    for (double load : new double[] {2, 5}) {
      for (long seed : SEEDS) {
        ArrivalProcess steady = ArrivalProcess.steady(load * engine.capacity());
        List<SimulatedRequest> requests = arrivals(steady, engine, seed);

        assertThat(run(engine, requests, seed).inTime() / duration(requests) / engine.capacity())
            .as("load %s, seed %d", load, seed)
            .isGreaterThan(0.85);
      }
    }
  }

  @Test
  void aClockOfWholeMillisecondsCostsLittleEvenOfTimeoutsOfTwo() {
    EngineProfile engine = EngineProfile.DIGITS;
    ArrivalProcess steady = ArrivalProcess.steady(2 * engine.capacity());
    List<SimulatedRequest> requests = arrivals(steady, engine, 1);

    assertThat(engine.timeout()).isEqualTo(2);
    assertThat(run(engine, requests, 1).inTime() / duration(requests) / engine.capacity())
        .isGreaterThan(0.75);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void answersAsManyWhenHalfOfTheRequestsHaveTenTimesAsLong(EngineProfile engine) {
    for (double load : new double[] {0.8, 1.2, 2}) {
      Random random = new Random(7);
      ArrivalProcess steady = ArrivalProcess.steady(load * engine.capacity());
      List<SimulatedRequest> requests = new ArrayList<>();
      for (SimulatedRequest each : arrivals(steady, engine, 1)) {
        requests.add(random.nextBoolean() ? each : each.withTimeout(10 * engine.timeout()));
      }
      ServingSimulation.Report report = run(engine, requests, 1);

      assertThat(report.inTime() / duration(requests) / engine.capacity())
          .as("load %s", load)
          .isGreaterThan(0.9 * Math.min(1, load));
      // Neither is starved for the other.
      assertThat(shareInTime(report, each -> isShort(each, engine)))
          .as("load %s", load)
          .isGreaterThan(0.75 / Math.max(1, load) / load);
    }
  }

  private static boolean isShort(SimulatedRequest request, EngineProfile engine) {
    return request.deadline() - request.arrival() <= engine.timeout();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBacklogWithDistantDeadlinesDoesNotStandInTheWay(EngineProfile engine) {
    List<SimulatedRequest> requests = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(SimulatedRequest.of(0, (long) (2 * REQUESTS / engine.capacity())));
    }
    requests.addAll(
        arrivals(ArrivalProcess.steady(0.3 * engine.capacity()), engine, 1).subList(0, 6_000));
    ServingSimulation.Report report = run(engine, requests, 1);

    assertThat(shareInTime(report, each -> each.arrival() > 0)).isGreaterThan(0.92);
    assertThat(shareInTime(report, each -> each.arrival() == 0)).isGreaterThan(0.99);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void overloadIsAtTheExpenseOfTheLessUrgent(EngineProfile engine) {
    for (double load : new double[] {1.2, 2, 5}) {
      Random random = new Random(7);
      ArrivalProcess steady = ArrivalProcess.steady(load * engine.capacity());
      List<SimulatedRequest> requests =
          arrivals(steady, engine, 1).stream()
              .map(each -> each.withPriority(1 + random.nextInt(3)))
              .toList();
      ServingSimulation.Report report = run(engine, requests, 1);

      assertThat(report.inTime() / duration(requests) / engine.capacity())
          .as("load %s", load)
          .isGreaterThan(0.8);
      double urgent = shareInTime(report, each -> each.priority() == 1);
      double middle = shareInTime(report, each -> each.priority() == 2);
      double least = shareInTime(report, each -> each.priority() == 3);
      assertThat(urgent).as("load %s", load).isGreaterThan(load < 3 ? 0.97 : 0.5);
      assertThat(List.of(urgent, middle, least))
          .as("load %s", load)
          .isSortedAccordingTo(Comparator.reverseOrder());
    }
  }

  @Test
  void requestsOfTenLengthsAreAnsweredInTimeToo() {
    // The encoder of 128 tokens, of which most requests have fewer.
    EngineProfile engine = new EngineProfile(2, 8, 3.8, 12.5 / 128, 0.05, 0.002);
    int[] lengths = {8, 12, 16, 20, 24, 32, 48, 64, 96, 128};
    long timeout = Math.round(10 * engine.milliseconds(128));
    double fullBatch = engine.milliseconds(8 * 45);
    ArrivalProcess steady = ArrivalProcess.steady(0.6 * engine.streams() * 8 / fullBatch);
    Random random = new Random(7);
    List<SimulatedRequest> requests =
        steady.arrivals(REQUESTS, timeout, new Random(1)).stream()
            .map(each -> each.withShape(ShapeLanes.of(lengths[random.nextInt(10)])))
            .toList();

    assertThat(run(engine, requests, 1).shareInTime()).isGreaterThan(0.98);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void withoutDeadlinesEverybodyIsAnsweredInBatchesThatPay(EngineProfile engine) {
    List<SimulatedRequest> requests =
        arrivals(ArrivalProcess.steady(2 * engine.capacity()), engine, 1).stream()
            .map(SimulatedRequest::withoutDeadline)
            .toList();
    ServingSimulation.Report report = run(engine, requests, 1);

    assertThat(report.dropped()).isEmpty();
    assertThat(report.served()).hasSize(REQUESTS);
    assertThat(report.throughput() / engine.capacity()).isBetween(0.9, 1.01);
  }

  @Test
  void wholeBatchesAreFormedWhereOnlyTheyPay() {
    assertThat(meanBatchOfABacklog(EngineProfile.ACCELERATOR)).isGreaterThan(150);
    assertThat(meanBatchOfABacklog(new EngineProfile(2, 16, 0.2, 13.5, 0.05, 0))).isLessThan(4);
  }

  private static double meanBatchOfABacklog(EngineProfile engine) {
    List<SimulatedRequest> requests =
        arrivals(ArrivalProcess.steady(2 * engine.capacity()), engine, 1).stream()
            .map(SimulatedRequest::withoutDeadline)
            .toList();
    return run(engine, requests, 1).meanBatch();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aTenantWithinItsShareDoesNotNoticeOneFarBeyondIts(EngineProfile engine) {
    double share = engine.capacity() / 2;
    List<SimulatedRequest> within =
        arrivals(ArrivalProcess.steady(0.6 * share), engine, 1).subList(0, 2_000).stream()
            .map(each -> each.withTenant("within").withoutDeadline())
            .toList();
    List<SimulatedRequest> beyond =
        ArrivalProcess.steady(10 * share).arrivals(33_000, 1, new Random(2)).stream()
            .map(each -> each.withTenant("beyond").withoutDeadline())
            .toList();
    double alone = run(engine, within, 1).waitP99("within");
    double beside = run(engine, merge(within, beyond), 1).waitP99("within");

    assertThat(beside).isLessThan(2 * alone + engine.milliseconds(engine.maximumRows()));
  }

  @Test
  void aTenantAtHalfOfItsShareIsAnsweredInTwiceItsTimeAloneBesideOneAtTenTimesIts() {
    EngineProfile rowByRow = new EngineProfile(1, 16, 1, 13, 0.05, 0);
    double share = rowByRow.capacity() / 2;
    List<SimulatedRequest> within =
        ArrivalProcess.steady(0.5 * share).arrivals(4_000, 1, new Random(1)).stream()
            .map(each -> each.withTenant("within").withoutDeadline())
            .toList();
    List<SimulatedRequest> beyond =
        ArrivalProcess.steady(10 * share).arrivals(80_000, 1, new Random(2)).stream()
            .map(each -> each.withTenant("beyond").withoutDeadline())
            .toList();
    double alone = runWarm(rowByRow, within, 1).latencyP99("within");
    double beside = runWarm(rowByRow, merge(within, beyond), 1).latencyP99("within");

    assertThat(beside).isLessThan(2 * alone);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void norAreItsRequestsDroppedWhereTheyHaveDeadlines(EngineProfile engine) {
    double share = engine.capacity() / 2;
    List<SimulatedRequest> within =
        arrivals(ArrivalProcess.steady(0.6 * share), engine, 1).subList(0, 2_000).stream()
            .map(each -> each.withTenant("within"))
            .toList();
    List<SimulatedRequest> beyond =
        ArrivalProcess.steady(10 * share).arrivals(33_000, engine.timeout(), new Random(2)).stream()
            .map(each -> each.withTenant("beyond"))
            .toList();
    ServingSimulation.Report report = run(engine, merge(within, beyond), 1);

    assertThat(shareInTime(report, each -> each.tenant().equals("within"))).isGreaterThan(0.95);
  }

  private static List<SimulatedRequest> merge(
      List<SimulatedRequest> one, List<SimulatedRequest> other) {
    return Stream.concat(one.stream(), other.stream())
        .sorted(Comparator.comparingDouble(SimulatedRequest::arrival))
        .toList();
  }

  private static List<SimulatedRequest> arrivals(
      ArrivalProcess process, EngineProfile engine, long seed) {
    return process.arrivals(REQUESTS, engine.timeout(), new Random(seed));
  }

  private static ServingSimulation.Report run(
      EngineProfile engine, List<SimulatedRequest> requests, long seed) {
    return run(engine, policy(engine), requests, seed);
  }

  /** On an engine that has warmed up before the first request comes, and said what it took. */
  private static ServingSimulation.Report runWarm(
      EngineProfile engine, List<SimulatedRequest> requests, long seed) {
    BatchPolicy policy = policy(engine);
    for (int rows : List.of(1, engine.maximumRows())) {
      policy.rehearsed(new Rehearsal(rows, engine.milliseconds(rows)));
    }
    return run(engine, policy, requests, seed);
  }

  private static BatchPolicy policy(EngineProfile engine) {
    return new AdaptiveBatchPolicy(
        ServingPolicy.ofBatches(engine.maximumRows()), engine.maximumRows(), new LatencyModel());
  }

  private static ServingSimulation.Report run(
      EngineProfile engine, BatchPolicy policy, List<SimulatedRequest> requests, long seed) {
    RequestQueue queue = new FairRequestQueue(TenantWeights.EQUAL, Duration.ofHours(1));
    return new ServingSimulation(engine, policy, queue, seed).run(requests);
  }

  private static double duration(List<SimulatedRequest> requests) {
    return requests.get(requests.size() - 1).arrival();
  }

  private static double shareInTime(
      ServingSimulation.Report report, Predicate<SimulatedRequest> which) {
    long inTime =
        report.served().stream()
            .filter(each -> which.test(each.request()) && each.inTime())
            .count();
    long all =
        Stream.concat(
                report.served().stream().map(ServingSimulation.Served::request),
                report.dropped().stream())
            .filter(which)
            .count();
    return (double) inTime / all;
  }
}
