package dev.millrace.operators.admission;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.PromptEncoderProvider;
import dev.millrace.operators.metrics.LabelledCounter;
import dev.millrace.operators.metrics.MillraceMetrics;
import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.HeaderProblem;
import dev.millrace.protocol.SourceRecord;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Reads requests out of records; what is none goes to the {@link #DEAD_LETTERS} side output. */
public final class AdmitFunction extends ProcessFunction<SourceRecord, Admission> {
  private static final long serialVersionUID = 1L;

  /** Where records go that hold no request. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

  /** Opens the view of the reply topics where the function runs. */
  @FunctionalInterface
  public interface ReplyTopicsProvider extends Serializable {
    /** Opens a view, to be closed by the caller. */
    ReplyTopics open();
  }

  private final AdmissionRules rules;
  private final ReplyTopicsProvider replyTopicsProvider;
  private final PromptEncoderProvider encoderProvider;

  private transient @Nullable ReplyTopics replyTopics;
  private transient @Nullable PromptEncoders encoders;
  private transient Admitter admitter;
  private transient Counter deadLetters;
  private transient LabelledCounter<HeaderProblem> malformedHeaders;

  public AdmitFunction(
      AdmissionRules rules,
      ReplyTopicsProvider replyTopicsProvider,
      PromptEncoderProvider encoderProvider) {
    this.rules = rules;
    this.replyTopicsProvider = replyTopicsProvider;
    this.encoderProvider = encoderProvider;
  }

  @Override
  public void open(OpenContext context) {
    ReplyTopics topics = replyTopicsProvider.open();
    replyTopics = topics;
    admitter = new Admitter(rules, topics, openEncoders());
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    deadLetters = MillraceMetrics.of(metrics).counter("dead_letters_total");
    malformedHeaders =
        new LabelledCounter<>(
            metrics,
            "malformed_headers_total",
            "header",
            HeaderProblem.class,
            HeaderProblem::wireName);
  }

  private PromptEncoders openEncoders() {
    try {
      PromptEncoders opened = PromptEncoders.open(rules.catalog(), encoderProvider);
      encoders = opened;
      return opened;
    } catch (EngineUnavailableException e) {
      // What is missing now would be missing after a restart too.
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public void processElement(SourceRecord record, Context context, Collector<Admission> out) {
    Admitter.Verdict verdict =
        admitter.admit(record, context.timerService().currentProcessingTime());
    if (verdict instanceof Admitter.Verdict.Request request) {
      request.problems().forEach(malformedHeaders::increment);
      out.collect(request.admission());
    } else if (verdict instanceof Admitter.Verdict.Dead dead) {
      deadLetters.inc();
      context.output(DEAD_LETTERS, dead.letter());
    }
  }

  @Override
  public void close() {
    if (replyTopics != null) {
      replyTopics.close();
    }
    if (encoders != null) {
      encoders.close();
    }
  }
}
