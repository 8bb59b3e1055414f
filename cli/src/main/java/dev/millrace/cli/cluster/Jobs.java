package dev.millrace.cli.cluster;

import dev.millrace.bench.Progress;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.cli.flink.JobSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What can be done with the jobs of a cluster, each until it is done. */
public final class Jobs {
  private static final long LOOK_MILLIS = 100;

  private final FlinkRest rest;
  private final Submissions submissions;
  private final Progress progress;

  public Jobs(FlinkRest rest, Submissions submissions, Progress progress) {
    this.rest = rest;
    this.submissions = submissions;
    this.progress = progress;
  }

  /**
   * The job that is meant: the one named, or the only one there is.
   *
   * @param id the beginning of an id is enough; null for the only one
   * @throws CommandException when there is none or more than one
   */
  public JobSummary find(@Nullable String id)
      throws CommandException, FlinkRestException, InterruptedException {
    List<JobSummary> jobs =
        rest.jobs().stream()
            .filter(job -> id == null ? !job.hasEnded() : job.id().startsWith(id))
            .toList();
    if (jobs.size() == 1) {
      return jobs.get(0);
    }
    if (jobs.isEmpty()) {
      throw new CommandException(
          id == null ? "no job runs: submit one" : "no job has the id %s".formatted(id));
    }
    throw new CommandException(
        "%d jobs are meant: say which by its id, of %s"
            .formatted(jobs.size(), jobs.stream().map(JobSummary::id).toList()));
  }

  /**
   * Starts a job from a jar, and returns its id once all of its tasks run.
   *
   * @param savepoint a savepoint or retained checkpoint to go on from
   * @throws CommandException when it does not run within the time; it is cancelled then
   */
  public String submit(
      Path jar,
      List<String> arguments,
      int parallelism,
      Optional<String> savepoint,
      Duration timeout)
      throws CommandException, IOException, InterruptedException {
    try (UploadedJar uploaded = upload(submissions.keep(jar))) {
      String job = launch(uploaded, new FlinkRest.Submission(arguments, parallelism, savepoint));
      awaitRunning(job, timeout);
      return job;
    }
  }

  /** A jar that the cluster has, until this is closed. */
  final class UploadedJar implements AutoCloseable {
    private final Path kept;
    private final String id;

    private UploadedJar(Path kept, String id) {
      this.kept = kept;
      this.id = id;
    }

    /** What came of the job does not depend on this. */
    @Override
    public void close() {
      try {
        rest.deleteJar(id);
      } catch (FlinkRestException e) {
        progress.say("the cluster keeps the jar %s: %s".formatted(id, e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Gives the cluster a jar that has been kept. */
  UploadedJar upload(Path kept) throws IOException, InterruptedException {
    progress.say("uploading the jar");
    return new UploadedJar(kept, rest.uploadJar(kept));
  }

  /** Starts a job and does not wait. */
  String launch(UploadedJar jar, FlinkRest.Submission submission)
      throws IOException, InterruptedException {
    String job = rest.run(jar.id, submission);
    submissions.remember(
        job,
        new Submissions.Submitted(
            jar.kept.toString(), submission.arguments(), submission.parallelism()));
    progress.say("job %s is submitted".formatted(job));
    return job;
  }

  /** Waits until all tasks of a job run; cancels it when that takes too long. */
  private void awaitRunning(String job, Duration timeout)
      throws CommandException, IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      JobSummary summary = byId(job);
      if (summary.isRunning()) {
        return;
      }
      if (summary.hasEnded()) {
        throw new CommandException(
            "the job has ended (%s): %s"
                .formatted(summary.state(), rest.failure(job).orElse("Flink says no more")));
      }
      if (System.nanoTime() > deadline) {
        String reason =
            rest.failure(job)
                .orElseGet(
                    () ->
                        "%d of %d tasks run; are there slots enough?"
                            .formatted(summary.runningTasks(), summary.tasks()));
        cancel(job, timeout);
        throw new CommandException(
            "the job did not run within %d s, and is cancelled: %s"
                .formatted(timeout.toSeconds(), reason));
      }
      progress.update(
          "%s, %d of %d tasks run"
              .formatted(summary.state(), summary.runningTasks(), summary.tasks()));
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /** What is known of a job. */
  public JobSummary byId(String job)
      throws CommandException, FlinkRestException, InterruptedException {
    return rest.jobs().stream()
        .filter(each -> each.id().equals(job))
        .findFirst()
        .orElseThrow(() -> new CommandException("the cluster knows no job " + job));
  }

  /** Takes a savepoint of a job, which goes on, and returns its path. */
  public String savepoint(String job, String directory, Duration timeout)
      throws FlinkRestException, InterruptedException {
    progress.say("taking a savepoint of job " + job);
    return rest.savepoint(job, directory, timeout);
  }

  /** Stops a job with a savepoint, and returns its path once the job has ended. */
  public String stop(String job, String directory, Duration timeout)
      throws CommandException, FlinkRestException, InterruptedException {
    progress.say("stopping job %s with a savepoint".formatted(job));
    String savepoint = rest.stop(job, directory, timeout);
    awaitEnd(job, timeout);
    return savepoint;
  }

  /** Cancels a job without a savepoint, and returns when it has ended. */
  public void cancel(String job, Duration timeout)
      throws CommandException, FlinkRestException, InterruptedException {
    rest.cancel(job);
    awaitEnd(job, timeout);
  }

  private void awaitEnd(String job, Duration timeout)
      throws CommandException, FlinkRestException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!byId(job).hasEnded()) {
      if (System.nanoTime() > deadline) {
        throw new CommandException(
            "job %s has not ended within %d s".formatted(job, timeout.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /**
   * Asks for another parallelism, and returns when all tasks run with it.
   *
   * @throws CommandException when they do not within the time; the wish stays, and is fulfilled
   *     when there are slots
   */
  public void rescale(String job, int parallelism, Duration timeout)
      throws CommandException, FlinkRestException, InterruptedException {
    rest.rescale(job, parallelism);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!hasParallelism(job, parallelism)) {
      if (System.nanoTime() > deadline) {
        FlinkRest.Overview overview = rest.overview();
        throw new CommandException(
            "job %s does not run with parallelism %d after %d s; of %d slots %d are free"
                .formatted(
                    job, parallelism, timeout.toSeconds(), overview.slots(), overview.freeSlots()));
      }
      progress.update("waiting for parallelism %d".formatted(parallelism));
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private boolean hasParallelism(String job, int parallelism)
      throws CommandException, FlinkRestException, InterruptedException {
    return rest.parallelism(job).values().stream().allMatch(each -> each == parallelism)
        && byId(job).isRunning();
  }
}
