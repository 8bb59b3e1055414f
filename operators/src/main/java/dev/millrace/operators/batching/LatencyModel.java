package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;

/**
 * What a batch of one model version takes: about {@code a + b·cost} milliseconds, learned from the
 * batches that were scored.
 *
 * <p>That batch latency is close to linear in the batch size is what Nexus (Shen et al., SOSP 2019)
 * builds its plans on; that it is so steady on one device that it can be predicted from what was
 * just measured, Clockwork (Gujarati et al., OSDI 2020). As in Clipper (Crankshaw et al., NSDI
 * 2017) nothing is profiled beforehand. The fit is least squares with exponentially fading weights;
 * it is robust since a batch that took much longer than the line says (a collector's pause, a busy
 * neighbour) counts only as far as {@value #OUTLIER} mean deviations, unless it goes on like that.
 * One that took much less counts in full: no accident makes an engine faster than it is.
 *
 * <p>The safety margin is learned too: it follows the {@value #MARGIN_QUANTILE} quantile of how
 * much longer batches take than the line says, as a share of it, since large batches vary by more
 * (stochastic approximation, Robbins and Monro 1951).
 *
 * <p>Confined to one thread.
 */
public final class LatencyModel {
  private static final double FADING = 0.98;

  /** In mean deviations, and never less than the share of the line that follows. */
  private static final double OUTLIER = 4;

  private static final double LEAST_OUTLIER = 0.5;
  private static final double MARGIN_QUANTILE = 0.95;

  /** How far the margin moves with a batch, in mean deviations. */
  private static final double MARGIN_STEP = 0.2;

  /** Below this variance of the sizes, relative to their mean squared, no slope can be told. */
  private static final double SAME_SIZES = 1e-4;

  /** So many outliers in a row are no outliers: the engine has changed. */
  private static final int CHANGED_AFTER = 5;

  private double weight;
  private double meanCost;
  private double meanTime;
  private double costVariance;
  private double covariance;
  private long largest;

  /** The mean deviation and the margin, both as a share of what the line says. */
  private double deviation;

  private double margin;
  private int outliers;

  /**
   * Learns from a batch.
   *
   * @param cost in rows of length 1 (see {@link QueueEntry#cost()})
   * @param milliseconds from its start to its end
   */
  public void observe(long cost, double milliseconds) {
    double credible = milliseconds;
    double expected = line(cost);
    if (tells(cost) && expected > 0) {
      double excess = milliseconds / expected - 1;
      learnMargin(excess);
      double bound = Math.max(OUTLIER * deviation, LEAST_OUTLIER);
      outliers = excess > bound || excess < -LEAST_OUTLIER ? outliers + 1 : 0;
      if (outliers == CHANGED_AFTER) {
        forget();
      } else {
        credible = expected * (1 + Math.min(bound, excess));
      }
    }
    largest = Math.max(largest, cost);
    learnLine(cost, credible);
  }

  /** Whether the line says anything of such a batch, and is no mere guess. */
  private boolean tells(long cost) {
    return isKnown() && (hasSlope() || Math.abs(cost - meanCost) < 0.01 * meanCost);
  }

  private boolean hasSlope() {
    return costVariance > SAME_SIZES * meanCost * meanCost;
  }

  private void forget() {
    weight = 0;
    deviation = 0;
    margin = 0;
    outliers = 0;
  }

  private void learnMargin(double excess) {
    double share = Math.max(1 - FADING, 1 / (weight + 1));
    deviation += share * (Math.min(Math.abs(excess), 10 * deviation + 1) - deviation);
    // By its own size too, or it would stay where it is when batches become steadier.
    double step = MARGIN_STEP * Math.max(deviation, margin / 2);
    margin += excess > margin ? step * MARGIN_QUANTILE : -step * (1 - MARGIN_QUANTILE);
    margin = Math.max(0, margin);
  }

  /** West's incremental algorithm for weighted means and covariances, with fading weights. */
  private void learnLine(long cost, double milliseconds) {
    weight = FADING * weight + 1;
    double share = 1 / weight;
    double costStep = cost - meanCost;
    double timeStep = milliseconds - meanTime;
    meanCost += share * costStep;
    meanTime += share * timeStep;
    costVariance = (1 - share) * (costVariance + share * costStep * costStep);
    covariance = (1 - share) * (covariance + share * costStep * timeStep);
  }

  /**
   * The largest batch that a prediction should be trusted for: twice the largest seen so far, since
   * the line may bend beyond; 0 before any has been.
   */
  public long trusted() {
    return 2 * largest;
  }

  /** Whether anything has been learned. */
  public boolean isKnown() {
    return weight > 0;
  }

  /** What a batch will take, milliseconds, with the margin; 0 before anything has been learned. */
  public double predict(long cost) {
    return line(cost) * (1 + margin);
  }

  /**
   * The line. Where all batches had one size it is unknown how the time divides into a and b, and
   * the careful guess is made on either side: all is b for larger ones, all is a for smaller ones.
   */
  private double line(long cost) {
    if (!isKnown()) {
      return 0;
    }
    if (!hasSlope()) {
      return cost > meanCost ? meanTime * cost / meanCost : meanTime;
    }
    return Math.max(0, meanTime + perRow() * (cost - meanCost));
  }

  /** a: milliseconds of a batch, whatever its size. */
  public double perBatch() {
    return meanTime - perRow() * meanCost;
  }

  /**
   * b: milliseconds of one more row, of length 1 where lengths vary; neither it nor a is negative.
   */
  public double perRow() {
    if (!hasSlope()) {
      return 0;
    }
    return Math.max(0, Math.min(covariance / costVariance, meanTime / meanCost));
  }

  /** The safety margin of batches as they are on average, milliseconds. */
  public double margin() {
    return margin * meanTime;
  }
}
