package dev.millrace.operators.window;

import dev.millrace.operators.admission.Admission;
import dev.millrace.protocol.OutboundRecord;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * Makes a {@link BatchWindowOperator} in each task, which needs the task's mailbox from the start.
 */
public final class BatchWindowOperatorFactory extends AbstractStreamOperatorFactory<OutboundRecord>
    implements OneInputStreamOperatorFactory<Admission, OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private final WindowSettings settings;
  private final NanoClock nanoClock;

  public BatchWindowOperatorFactory(WindowSettings settings) {
    this(settings, NanoClock.SYSTEM);
  }

  BatchWindowOperatorFactory(WindowSettings settings, NanoClock nanoClock) {
    this.settings = settings;
    this.nanoClock = nanoClock;
  }

  @Override
  // The signature is Flink's.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends StreamOperator<OutboundRecord>> T createStreamOperator(
      StreamOperatorParameters<OutboundRecord> parameters) {
    return (T) new BatchWindowOperator(parameters, settings, nanoClock);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return BatchWindowOperator.class;
  }
}
