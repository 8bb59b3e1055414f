package dev.millrace.bench.openloop;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.systems.SystemUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A round: all systems play the same plan.
 *
 * @param recordings by the system's name, to which the round is added
 */
record Round(Stage stage, Progress progress, Map<String, Recording> recordings) {
  /**
   * Plays it. A different system begins each round, so that none always follows the same one.
   *
   * @param number from 0 on
   */
  void play(List<SystemUnderTest> systems, int number, LoadPlan plan, Duration patience)
      throws BenchmarkException, InterruptedException {
    // In the order in which they are listed, whichever begins.
    for (SystemUnderTest system : systems) {
      recordings.computeIfAbsent(system.name(), name -> new Recording(name, system.setting()));
    }
    for (int turn = 0; turn < systems.size(); turn++) {
      SystemUnderTest system = systems.get((number + turn) % systems.size());
      LoadRun.Played played = stage.play(system, plan, patience);
      progress.say(
          "  %s: p50 %.1f ms, p99 %.1f ms, %.1f %% in time, %s; producer late by %.1f ms at most"
              .formatted(
                  system.name(),
                  played.outcome().latencyMillis(kind -> true, 50).orElse(Double.NaN),
                  played.outcome().latencyMillis(kind -> true, 99).orElse(Double.NaN),
                  100 * played.outcome().inTimeShare(),
                  played.outcome().byStatus(),
                  played.sending().worstLatenessMillis()));
      recording(recordings, system.name()).add(played);
    }
  }

  static Recording recording(Map<String, Recording> recordings, String system) {
    return Objects.requireNonNull(recordings.get(system), system);
  }

  /**
   * Adds what is to be known of how the systems were asked.
   *
   * @param allAnswered whether each request should have had its answer before the run ended
   */
  static void addNotes(
      Report.Builder report, Map<String, Recording> recordings, boolean allAnswered) {
    report.condition("p50 and p99", "of requests that were scored, or that waited in the end");
    recordings.forEach(
        (system, recording) -> {
          report.condition("producer late, " + system, recording.lateness());
          recording.addViolations(report);
          if (allAnswered && recording.unanswered() > 0) {
            report.violation(
                "%s left %d requests unanswered".formatted(system, recording.unanswered()));
          }
        });
  }
}
