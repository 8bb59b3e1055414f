package dev.millrace.operators.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** When requests arrive: a Poisson process that jumps between two rates. */
record ArrivalProcess(double quietRate, double burstRate, double quietFor, double burstFor) {

  /** Always at one rate, requests per millisecond. */
  static ArrivalProcess steady(double rate) {
    return new ArrivalProcess(rate, rate, 1, 1);
  }

  /**
   * Bursts of a multiple of the mean rate.
   *
   * @param burstFor how long they last on average, milliseconds
   */
  static ArrivalProcess bursty(double meanRate, double peak, double quiet, double burstFor) {
    double burstShare = (1 - quiet) / (peak - quiet);
    double quietFor = burstFor * (1 - burstShare) / burstShare;
    return new ArrivalProcess(quiet * meanRate, peak * meanRate, quietFor, burstFor);
  }

  List<SimulatedRequest> arrivals(int count, long timeout, Random random) {
    List<SimulatedRequest> arrivals = new ArrayList<>(count);
    boolean burst = false;
    double time = 0;
    double change = exponential(quietFor, random);
    while (arrivals.size() < count) {
      double next = time + exponential(1 / (burst ? burstRate : quietRate), random);
      if (next < change) {
        time = next;
        arrivals.add(SimulatedRequest.of(time, timeout));
      } else {
        // The process has no memory, so the next arrival is drawn anew at the new rate.
        time = change;
        burst = !burst;
        change = time + exponential(burst ? burstFor : quietFor, random);
      }
    }
    return arrivals;
  }

  private static double exponential(double mean, Random random) {
    return -mean * Math.log(1 - random.nextDouble());
  }
}
