package dev.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.Work;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/**
 * Reads bytes that the code of older layouts wrote: in the first and second, encodings and
 * datatypes by name; in the third, by code, but all work is tensors, and errors name no field; in
 * the fourth, nothing is a task.
 */
class OlderLayoutsTest {
  private static final String ENVELOPE =
      "0000000169000000017200000003000000000000002a000000010900000000000003e8"
          + "000000020000000000001388000000017400000001000000016800000001070100000001"
          + "70000000010000000850524f544f425546";
  private static final String UP_TO_ROWS = ENVELOPE + "000000016d000000030000000400000005";
  private static final String LENGTH = "0000004d";
  private static final String TENSORS =
      "00000001000000017800000004465033320000000100000000000000010000000401020304";
  private static final String ENVELOPE_WITH_CODE =
      ENVELOPE.replace("0000000850524f544f425546", "01");
  private static final String TENSORS_WITH_CODE = TENSORS.replace("0000000446503332", "0a");
  private static final String OUTPUTS = "000000010000000179";

  private static final Envelope WRITTEN =
      new Envelope(
          "i",
          new RecordCoordinates("r", 3, 42),
          new byte[] {9},
          1000,
          2,
          5000,
          "t",
          List.of(new RecordHeader("h", new byte[] {7})),
          new ReplyAddress("p", 1),
          Encoding.PROTOBUF);
  private static final Tensor TENSOR =
      new Tensor("x", Datatype.FP32, new long[] {1}, new byte[] {1, 2, 3, 4});

  /** In the order of their codes. */
  private static final List<Datatype> DATATYPES =
      List.of(
          Datatype.BOOL,
          Datatype.UINT8,
          Datatype.UINT16,
          Datatype.UINT32,
          Datatype.UINT64,
          Datatype.INT8,
          Datatype.INT16,
          Datatype.INT32,
          Datatype.INT64,
          Datatype.FP16,
          Datatype.FP32,
          Datatype.FP64,
          Datatype.BYTES);

  @Test
  void readsTheFirstLayoutWhichHadNoLength() throws Exception {
    assertReads(
        new QueuedRequestSerializer(), "01" + UP_TO_ROWS + TENSORS + OUTPUTS, queuedOfLength(0));
  }

  @Test
  void readsTheSecondLayoutWhichHadNames() throws Exception {
    assertReads(
        new QueuedRequestSerializer(),
        "02" + UP_TO_ROWS + LENGTH + TENSORS + OUTPUTS,
        queuedOfLength(77));
  }

  @Test
  void readsTheThirdLayoutWhichHadNoText() throws Exception {
    assertReads(
        new QueuedRequestSerializer(),
        "03"
            + UP_TO_ROWS.replace(ENVELOPE, ENVELOPE_WITH_CODE)
            + LENGTH
            + TENSORS_WITH_CODE
            + OUTPUTS,
        queuedOfLength(77));
  }

  @Test
  void readsTheFourthLayoutWhichHadNoTasks() throws Exception {
    assertReads(
        new QueuedRequestSerializer(),
        "04"
            + UP_TO_ROWS.replace(ENVELOPE, ENVELOPE_WITH_CODE)
            + LENGTH
            + "01"
            + TENSORS_WITH_CODE
            + OUTPUTS,
        queuedOfLength(77));
  }

  @Test
  void readsRefusalsOfTheFourthLayout() throws Exception {
    assertReads(
        new AdmissionSerializer(),
        "0204"
            + ENVELOPE_WITH_CODE
            + "00000001690000000852454a45435445440000000a4f5645524c4f41444544000000016f"
            + "01000000017000",
        new Admission.Refused(
            WRITTEN,
            new ErrorResult("i", ResultStatus.REJECTED, ErrorCode.OVERLOADED, "o", "p", null)));
  }

  @Test
  void readsCancelsOfTheFourthLayout() throws Exception {
    assertReads(
        new AdmissionSerializer(),
        "0304" + ENVELOPE_WITH_CODE + "0000000163",
        new Admission.Cancel(WRITTEN, "c"));
  }

  @Test
  void readsRefusalsOfTheThirdLayout() throws Exception {
    assertReads(
        new AdmissionSerializer(),
        "0203"
            + ENVELOPE_WITH_CODE
            + "00000001690000000852454a45435445440000000a4f5645524c4f41444544000000016f",
        new Admission.Refused(
            WRITTEN, new ErrorResult("i", ResultStatus.REJECTED, ErrorCode.OVERLOADED, "o")));
  }

  @Test
  void readsRefusalsOfTheSecondLayout() throws Exception {
    assertReads(
        new AdmissionSerializer(),
        "0202"
            + ENVELOPE
            + "00000001690000000852454a45435445440000000a4f5645524c4f41444544000000016f",
        new Admission.Refused(
            WRITTEN, new ErrorResult("i", ResultStatus.REJECTED, ErrorCode.OVERLOADED, "o")));
  }

  @Test
  void readsCancelsOfTheSecondLayout() throws Exception {
    assertReads(
        new AdmissionSerializer(),
        "0302" + ENVELOPE + "0000000163",
        new Admission.Cancel(WRITTEN, "c"));
  }

  @Test
  void readsCachedResultsOfTheFirstLayout() throws Exception {
    assertReads(
        new CachedResultSerializer(),
        "010000000000001770" + TENSORS,
        new CachedResult(List.of(TENSOR), 6000));
  }

  @Test
  void theCodesOfEnumsAreForEver() {
    assertThat(EnumCodes.code(Encoding.JSON)).isEqualTo((byte) 0);
    assertThat(EnumCodes.code(Encoding.PROTOBUF)).isEqualTo((byte) 1);
    for (int code = 0; code < DATATYPES.size(); code++) {
      assertThat(EnumCodes.code(DATATYPES.get(code))).isEqualTo((byte) code);
    }
    assertThat(DATATYPES).containsExactlyInAnyOrder(Datatype.values());
  }

  @Test
  void aCodeThatNothingHasIsReported() {
    assertThatThrownBy(() -> EnumCodes.datatype((byte) 13))
        .isInstanceOf(IOException.class)
        .hasMessage("no Datatype has code 13");
    assertThatThrownBy(() -> EnumCodes.encoding((byte) -1))
        .isInstanceOf(IOException.class)
        .hasMessage("no Encoding has code -1");
  }

  private static QueuedRequest queuedOfLength(int length) {
    return new QueuedRequest(
        WRITTEN,
        new ModelVersion("m", 3),
        4,
        5,
        length,
        new Work.Scoring(List.of(TENSOR)),
        List.of("y"));
  }

  /** What is read is as it was, and is written in the layout of now. */
  private static <T> void assertReads(TypeSerializer<T> serializer, String hexadecimal, T written)
      throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hexadecimal);

    T read = serializer.deserialize(new DataInputDeserializer(bytes));

    assertThat(read).usingRecursiveComparison().isEqualTo(written);
    assertThat(bytes(serializer, read)).isEqualTo(bytes(serializer, written)).isNotEqualTo(bytes);
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
