package dev.millrace.operators.state;

import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** The binary layout of what requests ask. Its version is that of {@link RequestFormat}. */
final class WorkFormat {
  private static final byte SCORING = 1;
  private static final byte GENERATION = 2;

  private WorkFormat() {}

  static void write(Work work, DataOutputView out) throws IOException {
    if (work instanceof Work.Scoring scoring) {
      out.writeByte(SCORING);
      RequestFormat.writeTensors(scoring.inputs(), out);
    } else if (work instanceof Work.Generation generation) {
      out.writeByte(GENERATION);
      writeGeneration(generation, out);
    }
  }

  static Work read(DataInputView in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case SCORING -> new Work.Scoring(RequestFormat.readTensors(in));
      case GENERATION -> readGeneration(in);
      default -> throw new IOException("no work is of kind " + kind);
    };
  }

  private static void writeGeneration(Work.Generation work, DataOutputView out) throws IOException {
    out.writeInt(work.prompts().size());
    for (Tokens prompt : work.prompts()) {
      Fields.writeNumbers(prompt.toArray(), out);
    }
    writeSampling(work.sampling(), out);
    out.writeLong(work.seed());
    out.writeBoolean(work.stream());
  }

  private static Work.Generation readGeneration(DataInputView in) throws IOException {
    List<Tokens> prompts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      prompts.add(Tokens.of(Fields.readNumbers(in)));
    }
    return new Work.Generation(prompts, readSampling(in), in.readLong(), in.readBoolean());
  }

  private static void writeSampling(Sampling sampling, DataOutputView out) throws IOException {
    out.writeInt(sampling.maxTokens());
    out.writeDouble(sampling.temperature());
    out.writeDouble(sampling.topP());
    out.writeInt(sampling.topK());
    out.writeInt(sampling.choices());
    out.writeInt(sampling.bestOf());
    out.writeBoolean(sampling.echo());
    Long seed = sampling.seed();
    out.writeBoolean(seed != null);
    if (seed != null) {
      out.writeLong(seed);
    }
    Integer logprobs = sampling.logprobs();
    out.writeInt(logprobs == null ? -1 : logprobs);
    out.writeDouble(sampling.presencePenalty());
    out.writeDouble(sampling.frequencyPenalty());
    out.writeInt(sampling.logitBias().size());
    for (Map.Entry<Integer, Double> bias : sampling.logitBias().entrySet()) {
      out.writeInt(bias.getKey());
      out.writeDouble(bias.getValue());
    }
    out.writeInt(sampling.stop().size());
    for (String stop : sampling.stop()) {
      Fields.writeText(stop, out);
    }
  }

  private static Sampling readSampling(DataInputView in) throws IOException {
    int maxTokens = in.readInt();
    double temperature = in.readDouble();
    double topP = in.readDouble();
    int topK = in.readInt();
    int choices = in.readInt();
    int bestOf = in.readInt();
    boolean echo = in.readBoolean();
    @Nullable Long seed = in.readBoolean() ? (Long) in.readLong() : null;
    int logprobs = in.readInt();
    double presencePenalty = in.readDouble();
    double frequencyPenalty = in.readDouble();
    Map<Integer, Double> biases = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      biases.put(in.readInt(), in.readDouble());
    }
    List<String> stops = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      stops.add(Fields.readText(in));
    }
    return new Sampling(
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        bestOf,
        echo,
        seed,
        logprobs < 0 ? null : (Integer) logprobs,
        presencePenalty,
        frequencyPenalty,
        biases,
        stops);
  }
}
