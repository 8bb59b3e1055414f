package dev.millrace.bench.gateway;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.GatewayAddress;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.systems.EngineLimit;
import dev.millrace.bench.systems.Workload;
import dev.millrace.bench.systems.Workloads;
import dev.millrace.protocol.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What clients of HTTP get: answers a second and their latency under {@code wrk}, what the way adds
 * to scoring at low load, whether memory is flat, and how many idle streams a gateway holds.
 *
 * <p>The stack is that of {@code ./millrace run}, warmed up until it gets no faster. What is added
 * at low load is the median over one connection less the engine's own for a batch of one, asked
 * alone in this process before the stack starts.
 */
public final class GatewayBenchmark implements Benchmark {
  private static final String DIGITS = "digits";
  private static final String ENCODER = "encoder";
  private static final int CONNECTIONS = 64;
  private static final int MANY_CONNECTIONS = 400;
  private static final int DEFAULT_ROUNDS = 3;
  private static final Duration DEFAULT_DURATION = Duration.ofSeconds(20);
  private static final Duration CROWDED_DURATION = Duration.ofSeconds(30);
  private static final Duration LOW_LOAD_DURATION = Duration.ofSeconds(10);

  private static final Duration WARM_UP_STEP = Duration.ofSeconds(15);
  private static final int FEWEST_WARM_UP_STEPS = 4;
  private static final int MOST_WARM_UP_STEPS = 9;

  /** Compilers have little left to do when a step is at most so much faster than the best. */
  private static final double STEADY = 1.05;

  private static final int ENGINE_BATCHES = 2_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private static final String IDLE_TOPIC = "millrace.bench.idle";
  private static final int STREAMS = 10_000;

  /** Room for what the gateway itself asks, to see whether its models answer. */
  private static final int SPARE = 1_000;

  private static final Duration OPENING = Duration.ofMinutes(2);
  private static final Duration HOLDING = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String summary() {
    return "answers a second over HTTP under wrk, latency, memory, and idle streams";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    Path wrk = Wrk.find(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    Workload digits = workload(settings, DIGITS);
    Workload encoder = workload(settings, ENCODER);
    GatewayFindings findings = new GatewayFindings(progress);
    double engineMillis = engineMillis(digits, progress);
    if (settings.gateway().isPresent()) {
      GatewayAddress gateway = settings.gateway().get();
      measure(
          settings,
          new Asking(new Wrk(wrk, settings.workDirectory(), gateway), digits, encoder),
          Optional.empty(),
          findings,
          progress);
    } else {
      progress.say("starting millrace run");
      try (Stack stack = Stack.start(settings)) {
        measure(
            settings,
            new Asking(new Wrk(wrk, settings.workDirectory(), stack.gateway()), digits, encoder),
            Optional.of(stack),
            findings,
            progress);
        hold(stack, findings, progress);
      }
    }
    return findings.report(name(), environment, engineMillis);
  }

  private static Workload workload(Settings settings, String model) throws BenchmarkException {
    return Workloads.load(
        new Settings(
            settings.home(),
            settings.workDirectory(),
            Optional.of(model),
            OptionalInt.empty(),
            Optional.empty(),
            Encoding.JSON,
            settings.options()),
        model);
  }

  /** The median of a batch of one. */
  private static double engineMillis(Workload workload, Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("measuring what the engine takes alone");
    try (EngineLimit engine = EngineLimit.open(workload)) {
      engine.latencies(1, ENGINE_BATCHES);
      long[] nanos = engine.latencies(1, ENGINE_BATCHES);
      Arrays.sort(nanos);
      double millis = nanos[nanos.length / 2] / NANOS_PER_MILLI;
      progress.say("  engine alone, batches of one: p50 %.2f ms".formatted(millis));
      return millis;
    }
  }

  /** What is sent where. */
  private record Asking(Wrk wrk, Workload digits, Workload encoder) {
    WrkOutcome digits(int connections, Duration duration)
        throws BenchmarkException, InterruptedException {
      return wrk.run(DIGITS, HttpBody.json(digits), connections, duration);
    }

    WrkOutcome binary(int connections, Duration duration)
        throws BenchmarkException, InterruptedException {
      return wrk.run(DIGITS, HttpBody.binary(digits), connections, duration);
    }

    WrkOutcome encoder(int connections, Duration duration)
        throws BenchmarkException, InterruptedException {
      return wrk.run(ENCODER, HttpBody.json(encoder), connections, duration);
    }
  }

  private static void measure(
      Settings settings,
      Asking asking,
      Optional<Stack> stack,
      GatewayFindings findings,
      Progress progress)
      throws BenchmarkException, InterruptedException {
    Duration duration = settings.duration().orElse(DEFAULT_DURATION);
    int rounds = settings.rounds().orElse(DEFAULT_ROUNDS);
    warmUp(asking, progress);
    for (int round = 1; round <= rounds; round++) {
      progress.say("round %d of %d".formatted(round, rounds));
      findings.add(GatewayFindings.LOW_LOAD, asking.digits(1, LOW_LOAD_DURATION));
      findings.add(GatewayFindings.DIGITS, asking.digits(CONNECTIONS, duration));
      findings.add(GatewayFindings.BINARY, asking.binary(CONNECTIONS, duration));
      findings.add(GatewayFindings.ENCODER, asking.encoder(CONNECTIONS, duration));
      crowd(asking, stack, findings);
    }
  }

  private static void warmUp(Asking asking, Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("warming up");
    double best = 0;
    for (int step = 1; step <= MOST_WARM_UP_STEPS; step++) {
      WrkOutcome outcome = asking.digits(CONNECTIONS, WARM_UP_STEP);
      progress.say("  %,.0f requests/s".formatted(outcome.rate()));
      if (step >= FEWEST_WARM_UP_STEPS && outcome.rate() < STEADY * best) {
        break;
      }
      best = Math.max(best, outcome.rate());
    }
    asking.binary(MANY_CONNECTIONS, WARM_UP_STEP);
    asking.encoder(CONNECTIONS, WARM_UP_STEP);
  }

  private static void crowd(Asking asking, Optional<Stack> stack, GatewayFindings findings)
      throws BenchmarkException, InterruptedException {
    if (stack.isEmpty()) {
      findings.add(GatewayFindings.CROWD, asking.digits(MANY_CONNECTIONS, CROWDED_DURATION));
      return;
    }
    try (ResidentMemory memory = ResidentMemory.watch(stack.get().pid())) {
      findings.add(GatewayFindings.CROWD, asking.digits(MANY_CONNECTIONS, CROWDED_DURATION));
      findings.memory(memory.samples());
    }
    stack.get().requireRunning();
  }

  private static void hold(Stack stack, GatewayFindings findings, Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say(
        "opening %,d streams before a gateway whose topic no job reads".formatted(STREAMS));
    try (Stack.Waiting waiting = stack.startWaiting(IDLE_TOPIC, STREAMS + SPARE)) {
      double before = ResidentMemory.now(waiting.process().pid());
      try (IdleStreams streams = IdleStreams.open(waiting.gateway(), STREAMS, OPENING)) {
        progress.say("holding them for %d s".formatted(HOLDING.toSeconds()));
        streams.hold(HOLDING);
        findings.idle(streams.state(), before, ResidentMemory.most(waiting.process().pid()));
      }
    }
  }
}
