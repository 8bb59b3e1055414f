package dev.millrace.operators.metrics;

import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * A histogram that is told nanoseconds and reports seconds. Flink's histograms count in longs,
 * which would make every duration zero; quantiles, mean and deviation are doubles, so only those
 * are meant to be read.
 */
public final class SecondsHistogram implements Histogram {
  private static final int WINDOW = 2_000;
  private static final double NANOSECONDS = 1e9;

  private final Histogram nanoseconds = new DescriptiveStatisticsHistogram(WINDOW);

  @Override
  public void update(long duration) {
    nanoseconds.update(duration);
  }

  @Override
  public long getCount() {
    return nanoseconds.getCount();
  }

  @Override
  public HistogramStatistics getStatistics() {
    return new Seconds(nanoseconds.getStatistics());
  }

  private static final class Seconds extends HistogramStatistics {
    private final HistogramStatistics nanoseconds;

    Seconds(HistogramStatistics nanoseconds) {
      this.nanoseconds = nanoseconds;
    }

    @Override
    public double getQuantile(double quantile) {
      return nanoseconds.getQuantile(quantile) / NANOSECONDS;
    }

    @Override
    public long[] getValues() {
      return Arrays.stream(nanoseconds.getValues()).map(SecondsHistogram::rounded).toArray();
    }

    @Override
    public int size() {
      return nanoseconds.size();
    }

    @Override
    public double getMean() {
      return nanoseconds.getMean() / NANOSECONDS;
    }

    @Override
    public double getStdDev() {
      return nanoseconds.getStdDev() / NANOSECONDS;
    }

    @Override
    public long getMax() {
      return rounded(nanoseconds.getMax());
    }

    @Override
    public long getMin() {
      return rounded(nanoseconds.getMin());
    }
  }

  private static long rounded(long nanoseconds) {
    return Math.round(nanoseconds / NANOSECONDS);
  }
}
