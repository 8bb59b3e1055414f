package dev.millrace.operators.state;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.GeneratedToken.Alternative;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keeps in state what requests have generated. */
public final class GeneratedTokensSerializer extends ImmutableSerializer<GeneratedTokens> {
  private static final long serialVersionUID = 1L;
  private static final byte VERSION = 1;

  @Override
  public void serialize(GeneratedTokens tokens, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    out.writeInt(tokens.bySequence().size());
    for (List<GeneratedToken> sequence : tokens.bySequence()) {
      out.writeInt(sequence.size());
      for (GeneratedToken token : sequence) {
        write(token, out);
      }
    }
  }

  /** A token of which nobody asked the probability has nothing behind its id but one byte. */
  private static void write(GeneratedToken token, DataOutputView out) throws IOException {
    out.writeInt(token.id());
    boolean described = !Float.isNaN(token.logprob());
    out.writeBoolean(described);
    if (!described) {
      return;
    }
    out.writeFloat(token.logprob());
    out.writeInt(token.alternatives().size());
    for (Alternative alternative : token.alternatives()) {
      out.writeInt(alternative.id());
      out.writeFloat(alternative.logprob());
    }
  }

  @Override
  public GeneratedTokens deserialize(DataInputView in) throws IOException {
    byte version = in.readByte();
    if (version != VERSION) {
      throw new IOException("no generated tokens have layout " + version);
    }
    List<List<GeneratedToken>> sequences = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      List<GeneratedToken> sequence = new ArrayList<>();
      for (int tokens = in.readInt(); tokens > 0; tokens--) {
        sequence.add(read(in));
      }
      sequences.add(sequence);
    }
    return new GeneratedTokens(sequences);
  }

  private static GeneratedToken read(DataInputView in) throws IOException {
    int id = in.readInt();
    if (!in.readBoolean()) {
      return new GeneratedToken(id);
    }
    float logprob = in.readFloat();
    List<Alternative> alternatives = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      alternatives.add(new Alternative(in.readInt(), in.readFloat()));
    }
    return new GeneratedToken(id, logprob, alternatives);
  }

  @Override
  public TypeSerializerSnapshot<GeneratedTokens> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The serializer as a savepoint knows it; the layout's version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<GeneratedTokens> {
    public Snapshot() {
      super(GeneratedTokensSerializer::new);
    }
  }
}
