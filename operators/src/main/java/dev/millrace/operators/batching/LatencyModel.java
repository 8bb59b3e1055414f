package dev.millrace.operators.batching;

/**
 * What a batch of one model version takes: about {@code a + b·rows} milliseconds, learned from the
 * batches that were scored.
 *
 * <p>That batch latency is close to linear in the batch size is what Nexus (Shen et al., SOSP 2019)
 * builds its plans on; that it is so steady on one device that it can be predicted from what was
 * just measured, Clockwork (Gujarati et al., OSDI 2020). As in Clipper (Crankshaw et al., NSDI
 * 2017) nothing is profiled beforehand. The fit is least squares with exponentially fading weights;
 * it is robust since a batch that took much longer than the line says (a collector's pause, a busy
 * neighbour) counts only as far as {@value #OUTLIER} mean deviations.
 *
 * <p>The safety margin is learned too: it follows the {@value #MARGIN_QUANTILE} quantile of how
 * much longer batches take than the line says (stochastic approximation, Robbins and Monro 1951).
 *
 * <p>Confined to one thread.
 */
public final class LatencyModel {
  private static final double FADING = 0.98;
  private static final double OUTLIER = 4;
  private static final double MARGIN_QUANTILE = 0.95;

  /** How far the margin moves with a batch, in mean deviations. */
  private static final double MARGIN_STEP = 0.2;

  /** Below this variance of the sizes, relative to their mean squared, no slope can be told. */
  private static final double SAME_SIZES = 1e-4;

  private double weight;
  private double meanRows;
  private double meanTime;
  private double rowsVariance;
  private double covariance;
  private double deviation;
  private double margin;

  /**
   * Learns from a batch.
   *
   * @param milliseconds from its start to its end
   */
  public void observe(int rows, double milliseconds) {
    double expected = milliseconds;
    if (weight > 0) {
      expected = line(rows);
      double residual = milliseconds - expected;
      learnMargin(residual);
      double bound = Math.max(OUTLIER * deviation, 0.5 * expected);
      expected = expected + Math.max(-bound, Math.min(bound, residual));
    }
    learnLine(rows, expected);
  }

  private void learnMargin(double residual) {
    double share = Math.max(1 - FADING, 1 / (weight + 1));
    deviation += share * (Math.min(Math.abs(residual), 10 * deviation + meanTime) - deviation);
    double step = MARGIN_STEP * deviation;
    margin += residual > margin ? step * MARGIN_QUANTILE : -step * (1 - MARGIN_QUANTILE);
    margin = Math.max(0, margin);
  }

  /** West's incremental algorithm for weighted means and covariances, with fading weights. */
  private void learnLine(int rows, double milliseconds) {
    weight = FADING * weight + 1;
    double share = 1 / weight;
    double rowsStep = rows - meanRows;
    double timeStep = milliseconds - meanTime;
    meanRows += share * rowsStep;
    meanTime += share * timeStep;
    rowsVariance = (1 - share) * (rowsVariance + share * rowsStep * rowsStep);
    covariance = (1 - share) * (covariance + share * rowsStep * timeStep);
  }

  /** Whether anything has been learned. */
  public boolean isKnown() {
    return weight > 0;
  }

  /** What a batch will take, milliseconds, with the margin; 0 before anything has been learned. */
  public double predict(long rows) {
    return isKnown() ? line(rows) + margin : 0;
  }

  /**
   * The line. Where all batches had one size it is unknown how the time divides into a and b, and
   * the careful guess is made on either side: all is b for larger ones, all is a for smaller ones.
   */
  private double line(long rows) {
    if (rowsVariance <= SAME_SIZES * meanRows * meanRows) {
      return rows > meanRows ? meanTime * rows / meanRows : meanTime;
    }
    return Math.max(0, meanTime + perRow() * (rows - meanRows));
  }

  /** The most rows whose prediction is within so many milliseconds; 0 when not even one is. */
  public long rowsWithin(double milliseconds) {
    double time = milliseconds - margin;
    if (!isKnown()) {
      return Long.MAX_VALUE;
    }
    if (line(1) > time) {
      return 0;
    }
    double slope = time > meanTime && perRow() == 0 ? meanTime / meanRows : perRow();
    if (slope == 0) {
      return Math.max(1, (long) meanRows);
    }
    return Math.max(1, (long) (meanRows + (time - meanTime) / slope));
  }

  /** a: milliseconds of a batch, whatever its size. */
  public double perBatch() {
    return meanTime - perRow() * meanRows;
  }

  /** b: milliseconds of one more row; neither it nor a is negative. */
  public double perRow() {
    if (rowsVariance <= SAME_SIZES * meanRows * meanRows) {
      return 0;
    }
    return Math.max(0, Math.min(covariance / rowsVariance, meanTime / meanRows));
  }

  /** The safety margin, milliseconds. */
  public double margin() {
    return margin;
  }
}
