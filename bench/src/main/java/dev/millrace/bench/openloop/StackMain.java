package dev.millrace.bench.openloop;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Settings;
import dev.millrace.bench.systems.BenchContext;
import dev.millrace.bench.systems.Checkpoint;
import dev.millrace.bench.systems.Running;
import dev.millrace.bench.systems.Systems;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.protocol.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The job in a process of its own, so that a heap can be set for it alone, with a timed engine that
 * takes nothing until it is told to.
 *
 * <p>Arguments: the checkout, an empty directory, the milliseconds of a batch, its rows, and
 * options as {@code key=value}. It says {@link StackMessage}s on standard output, one a line. It
 * hears on standard input: a byte has the engine begin, and the end of the input ends the process.
 */
public final class StackMain {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);
  private static final int OPTIONS_FROM = 4;

  private final PrintStream out;
  private long lastCheckpoint;

  private StackMain(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws InterruptedException {
    // Whatever else is printed must not come between the messages.
    PrintStream out = System.out;
    System.setOut(System.err);
    StackMain main = new StackMain(out);
    Thread control = new Thread(() -> main.obey(System.in), "control");
    control.setDaemon(true);
    TimedStreams.SHARED.hold();
    control.start();
    try {
      main.run(arguments);
    } catch (BenchmarkException | RuntimeException e) {
      main.say(new StackMessage.Failed(String.valueOf(e.getMessage())));
      e.printStackTrace();
      // Threads of Flink would keep the process alive.
      Runtime.getRuntime().halt(1);
    }
  }

  private void obey(InputStream commands) {
    try {
      while (commands.read() >= 0) {
        TimedStreams.SHARED.release();
      }
    } catch (IOException e) {
      // As good as the end of it.
    }
    Runtime.getRuntime().exit(0);
  }

  private void run(String[] arguments) throws BenchmarkException, InterruptedException {
    Map<String, String> options = new TreeMap<>();
    for (int argument = OPTIONS_FROM; argument < arguments.length; argument++) {
      String[] parts = arguments[argument].split("=", 2);
      options.put(parts[0], parts[1]);
    }
    Settings settings =
        new Settings(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Encoding.PROTOBUF,
            options);
    TimedModel model =
        TimedModel.constant(
            Duration.ofMillis(Long.parseLong(arguments[2])), Integer.parseInt(arguments[3]));
    try (TestBed bed = TestBed.open(settings)) {
      BenchContext context = bed.newRun("urgency", model.workload(settings.encoding()), Map.of());
      try (Running running = Systems.millrace().start(context)) {
        say(new StackMessage.Ready(context.bootstrapServers(), context.topics()));
        watch(running);
      }
    }
  }

  /** Never returns; ends with what it watches. */
  private void watch(Running running) throws BenchmarkException, InterruptedException {
    while (true) {
      running.requireRunning();
      say(heap());
      say(new StackMessage.Restarts(running.restarts()));
      for (Checkpoint checkpoint : running.checkpoints()) {
        if (checkpoint.id() > lastCheckpoint) {
          lastCheckpoint = checkpoint.id();
          say(new StackMessage.Completed(checkpoint));
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  private static StackMessage heap() {
    MemoryUsage usage = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    GcInfo latest = null;
    for (GarbageCollectorMXBean collector :
        ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class)) {
      GcInfo info = collector.getLastGcInfo();
      if (info != null && (latest == null || info.getEndTime() > latest.getEndTime())) {
        latest = info;
      }
    }
    long left = latest == null ? 0 : heapOf(latest.getMemoryUsageAfterGc());
    return new StackMessage.Heap(usage.getUsed(), left, usage.getMax());
  }

  private static long heapOf(Map<String, MemoryUsage> pools) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(pool -> pools.get(pool.getName()))
        .filter(Objects::nonNull)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  private void say(StackMessage message) {
    out.println(message.line());
    out.flush();
  }
}
