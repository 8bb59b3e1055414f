package dev.millrace.cli.cluster;

import dev.millrace.bench.Progress;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.JobSummary;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.ParameterTool;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the jar of a running job: stops it with a savepoint, starts the new jar from there, and
 * verifies that it answers. When it does not within a limit, the old jar goes on from the same
 * savepoint.
 */
public final class Upgrade {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final FlinkRest rest;
  private final Submissions submissions;
  private final Jobs jobs;
  private final Map<String, Object> client;
  private final Progress progress;

  /**
   * @param client the properties of a Kafka client
   */
  public Upgrade(
      FlinkRest rest, Submissions submissions, Map<String, Object> client, Progress progress) {
    this.rest = rest;
    this.submissions = submissions;
    this.jobs = new Jobs(rest, submissions, progress);
    this.client = Map.copyOf(client);
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param job the id of the job that runs now
   * @param problem why the old jar runs again; null when the new one runs
   */
  public record Outcome(String job, String savepoint, @Nullable String problem) {
    /** Whether the new jar runs. */
    public boolean isUpgraded() {
      return problem == null;
    }
  }

  /**
   * Does it.
   *
   * @param savepoints where the savepoint goes
   * @param timeout how long the new jar may take until it answers
   * @throws CommandException when the old job cannot be stopped, and goes on; or when neither jar
   *     can be started, and nothing runs
   */
  public Outcome run(JobSummary old, Path jar, String savepoints, Duration timeout)
      throws CommandException, IOException, InterruptedException {
    Submissions.Submitted before =
        submissions
            .of(old.id())
            .orElseThrow(
                () ->
                    new CommandException(
                        "job %s was not submitted from here, so there would be no way back"
                            .formatted(old.id())));
    int parallelism =
        rest.parallelism(old.id()).values().stream()
            .max(Integer::compare)
            .orElse(before.parallelism());
    // What can be done before nothing answers is done before.
    try (AnswerProbe probe = probe(before.arguments());
        Jobs.UploadedJar uploaded = jobs.upload(submissions.keep(jar))) {
      String savepoint = jobs.stop(old.id(), savepoints, timeout);
      probe.lookFromHereOn();
      progress.say("the savepoint is " + savepoint);
      return replace(before, uploaded, parallelism, savepoint, probe, timeout);
    }
  }

  /** Nothing runs any more. */
  private Outcome replace(
      Submissions.Submitted before,
      Jobs.UploadedJar jar,
      int parallelism,
      String savepoint,
      AnswerProbe probe,
      Duration timeout)
      throws CommandException, IOException, InterruptedException {
    String problem;
    try {
      String job =
          jobs.launch(
              jar,
              new FlinkRest.Submission(before.arguments(), parallelism, Optional.of(savepoint)));
      Optional<String> failed = verify(job, probe, timeout);
      if (failed.isEmpty()) {
        return new Outcome(job, savepoint, null);
      }
      problem = failed.get();
      cancelQuietly(job, timeout);
    } catch (IOException | KafkaException e) {
      problem = String.valueOf(e.getMessage());
    }
    progress.say("the new jar does not answer: " + problem);
    progress.say("going back to the old jar");
    String job =
        jobs.submit(
            before.jarFile(), before.arguments(), parallelism, Optional.of(savepoint), timeout);
    return new Outcome(job, savepoint, problem);
  }

  private AnswerProbe probe(List<String> arguments) {
    Configuration options =
        Configuration.fromMap(ParameterTool.fromArgs(arguments.toArray(String[]::new)).toMap());
    return new AnswerProbe(
        client,
        options.get(MillraceOptions.REQUESTS_TOPIC),
        List.of(
            options.get(MillraceOptions.RESULTS_TOPIC),
            options.get(MillraceOptions.DEAD_LETTERS_TOPIC)),
        options.get(MillraceOptions.KAFKA_GROUP_ID));
  }

  /** What is wrong with the job, if it does not answer in time. */
  private Optional<String> verify(String job, AnswerProbe probe, Duration timeout)
      throws CommandException, IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean answered = false;
    while (System.nanoTime() < deadline) {
      JobSummary summary = jobs.byId(job);
      if (summary.hasEnded()) {
        return Optional.of(rest.failure(job).orElse("it has ended: " + summary.state()));
      }
      boolean works = summary.isRunning() && rest.completedCheckpoints(job) > 0;
      answered |= probe.sees(LOOK_INTERVAL);
      if (works && (answered || probe.isIdle())) {
        progress.say(answered ? "it answers" : "it runs, and there is nothing to answer");
        return Optional.empty();
      }
      progress.update(
          "%s, %d of %d tasks run"
              .formatted(summary.state(), summary.runningTasks(), summary.tasks()));
    }
    return Optional.of(
        rest.failure(job).orElse("no answer within %d s".formatted(timeout.toSeconds())));
  }

  private void cancelQuietly(String job, Duration timeout)
      throws CommandException, IOException, InterruptedException {
    if (!jobs.byId(job).hasEnded()) {
      jobs.cancel(job, timeout);
    }
  }
}
