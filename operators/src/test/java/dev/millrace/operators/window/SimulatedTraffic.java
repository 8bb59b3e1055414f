package dev.millrace.operators.window;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.queue.TenantWeights;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** What a seed decides before anything happens: the settings, and what the requests are like. */
final class SimulatedTraffic {
  private static final ModelVersion SECOND_MODEL = new ModelVersion("echo", 2);
  private static final int IDS = 40;

  /**
   * Every so many seeds are lived on RocksDB, which is slower; its full snapshots are all that
   * harnesses restore twice.
   */
  private static final int ROCKSDB_EVERY = 30;

  /** One in so many contents is one that no engine can score. */
  private static final int POISON = 23;

  /** Every so many records are tasks. */
  private static final int TASK_EVERY = 3;

  private final Random random;
  private final Setup setup;
  private final boolean lingers;
  private final boolean cached;
  private final boolean deduplicated;
  private final boolean lengthsVary;
  private final int tenants;
  private final int percentWithDeadline;
  private final int percentCancels;

  SimulatedTraffic(long seed) {
    random = new Random(seed);
    lingers = oneIn(8);
    cached = oneIn(4);
    deduplicated = oneIn(4);
    lengthsVary = oneIn(3);
    tenants = 1 + random.nextInt(3);
    percentWithDeadline = random.nextInt(3) * 40;
    percentCancels = random.nextInt(3) * 5;
    setup = setup(seed);
  }

  private Setup setup(long seed) {
    ServingPolicy policy =
        new ServingPolicy(
            Setup.BATCH_SIZE,
            oneIn(5) ? List.of(2, 4, 8) : List.of(),
            Duration.ofMillis(lingers ? 15 : 0),
            oneIn(6) ? 15 : ServingPolicy.UNBOUNDED,
            ServingPolicy.DEFAULT_PRIORITY,
            null,
            cached ? Duration.ofSeconds(5) : null);
    ModelSpec first = Setup.spec(Ask.MODEL, policy);
    Order order = oneIn(3) ? Order.KEY : Order.NONE;
    Overflow overflow =
        switch (random.nextInt(4)) {
          case 0 -> Overflow.REJECT;
          case 1 -> Overflow.DROP_LOWEST_PRIORITY;
          default -> Overflow.BACK_PRESSURE;
        };
    int maximumPending = oneIn(2) ? 20 + random.nextInt(60) : 100_000;
    return Setup.alone(
            seed % ROCKSDB_EVERY == 0
                ? new EmbeddedRocksDBStateBackend(false)
                : new HashMapStateBackend())
        .serving(oneIn(2) ? new ModelSpec[] {first} : new ModelSpec[] {first, second(policy)})
        .streams(1 + random.nextInt(3))
        .queue(
            new QueueSettings(
                oneIn(2) ? TenantWeights.EQUAL : new TenantWeights(Map.of("tenant-0", 3.0)),
                Duration.ofHours(1),
                maximumPending,
                overflow == Overflow.BACK_PRESSURE || oneIn(2) ? 100_000 : 10,
                overflow,
                random.nextInt(3) * 5_000L))
        .answers(
            new AnswerSettings(
                1 << 20,
                order,
                deduplicated ? Duration.ofHours(1) : null,
                Duration.ofHours(1),
                oneIn(2) ? 5 : 1_000));
  }

  private static ModelSpec second(ServingPolicy policy) {
    return Setup.spec(SECOND_MODEL, policy);
  }

  private boolean oneIn(int many) {
    return random.nextInt(many) == 0;
  }

  /** How a subtask is set up, but for which it is and what it restores. */
  Setup setup() {
    return setup;
  }

  boolean lingers() {
    return lingers;
  }

  /** Whether results are shared, so that what is asked does not tell who asks. */
  boolean cached() {
    return cached;
  }

  boolean deduplicated() {
    return deduplicated;
  }

  boolean keepsOrder() {
    return setup.answers().order() == Order.KEY;
  }

  /** Whether a request may be rejected for want of room. */
  boolean sheds() {
    return setup.queue().overflow() != Overflow.BACK_PRESSURE;
  }

  /** Whether no engine can score this. */
  static boolean isPoison(long content) {
    return content % POISON == POISON - 1;
  }

  /**
   * A record of the request topic.
   *
   * @param ask the request, or for the others their envelope
   * @param target the id of the request that is taken back, if this is a cancel
   */
  record Entry(Ask ask, Kind kind, String target) {
    enum Kind {
      REQUEST,
      CANCEL,
      REFUSED
    }

    Admission admission() {
      return switch (kind) {
        case REQUEST -> ask.admission();
        case CANCEL -> ask.cancelling(target);
        case REFUSED ->
            new Admission.Refused(
                ask.envelope(),
                new ErrorResult(
                    ask.id(), ResultStatus.REJECTED, ErrorCode.INVALID_REQUEST, "refused"));
      };
    }
  }

  /** The next record that a producer writes. */
  Entry next(long number, long now) {
    List<ModelSpec> models = setup.models();
    String id = deduplicated ? "id-" + random.nextInt(10 * IDS) : "id-" + number;
    Ask ask =
        Ask.of(number)
            .id(id)
            .tenant("tenant-" + random.nextInt(tenants))
            .model(models.get(random.nextInt(models.size())).version())
            .priority(1 + random.nextInt(3))
            .length(lengthsVary ? 1 + random.nextInt(100) : 0)
            .key(Math.floorMod(id.hashCode(), 6) == 0 ? null : "key-" + id.hashCode() % 5);
    if (random.nextInt(100) < percentWithDeadline) {
      ask = ask.deadline(now + 1 + random.nextInt(400));
    }
    if (cached) {
      ask = ask.content(random.nextInt(IDS));
    }
    if (number % TASK_EVERY == 0) {
      ask = ask.asTask();
    }
    int kind = random.nextInt(100);
    if (kind < percentCancels && number > 0) {
      return new Entry(
          ask, Entry.Kind.CANCEL, "id-" + Math.max(0, number - 1 - random.nextInt(20)));
    }
    return new Entry(ask, kind > 95 ? Entry.Kind.REFUSED : Entry.Kind.REQUEST, "");
  }
}
