package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** What travels between operators needs no Kryo: Flink knows the records as they are. */
class TransportTypesTest {
  private static final byte[] BYTES = {0, -1, 7};
  private static final List<RecordHeader> HEADERS =
      List.of(
          new RecordHeader("same", BYTES),
          new RecordHeader("same", null),
          new RecordHeader("", new byte[0]));
  private static final RecordCoordinates COORDINATES =
      new RecordCoordinates("requests", 3, 1L << 40);

  @Test
  void sourceRecordsTravelWithAllTheirParts() throws IOException {
    assertTravels(
        SourceRecord.class, new SourceRecord(COORDINATES, -5, BYTES, new byte[100_000], HEADERS));
  }

  @Test
  void sourceRecordsTravelWithoutKeyValueAndHeaders() throws IOException {
    assertTravels(
        SourceRecord.class, new SourceRecord(COORDINATES, Long.MAX_VALUE, null, null, List.of()));
  }

  @Test
  void outboundRecordsTravelWithAllTheirParts() throws IOException {
    assertTravels(
        OutboundRecord.class,
        new OutboundRecord("millrace.replies.a", 11, 99, BYTES, BYTES, HEADERS));
  }

  @Test
  void outboundRecordsTravelWithoutTopicPartitionAndKey() throws IOException {
    assertTravels(
        OutboundRecord.class, new OutboundRecord(null, null, 99, null, new byte[0], List.of()));
  }

  @Test
  void deadLettersTravelWithTheRecordTheyAreAbout() throws IOException {
    SourceRecord tombstone = new SourceRecord(COORDINATES, 1, null, null, HEADERS);
    assertTravels(DeadLetter.class, new DeadLetter(tombstone, "decode", "A$B", "Ünreadable"));
  }

  private static <T> void assertTravels(Class<T> type, T value) throws IOException {
    SerializerConfigImpl withoutKryo = new SerializerConfigImpl();
    withoutKryo.configure(
        new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
        Thread.currentThread().getContextClassLoader());
    TypeSerializer<T> serializer = TypeInformation.of(type).createSerializer(withoutKryo);

    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    T back = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

    assertThat(back).usingRecursiveComparison().isEqualTo(value);
    assertThat(serializer.copy(value)).usingRecursiveComparison().isEqualTo(value);
  }
}
